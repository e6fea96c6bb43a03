"""Exports the golden checkpoints in the forms that exporters give them, without the weights' bytes.

Every weight of a graph is replaced by a doc string that says which tensors of model.safetensors it
is made of, joined by '|' along the last axis; '^T' marks a transpose. The tests fill them in again.

    python export_graphs.py GOLDEN_FOLDER OUTPUT_FOLDER
"""

import gzip
import itertools
import pathlib
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from safetensors.numpy import load_file
from transformers import AutoModel, AutoModelForSequenceClassification

GOLDEN = pathlib.Path(sys.argv[1])
OUTPUT = pathlib.Path(sys.argv[2])


class Pooled(torch.nn.Module):
    """What exports of Sentence Transformers give: states and a vector."""

    def __init__(self, model, mean):
        super().__init__()
        self.model = model
        self.mean = mean

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        states = self.model(input_ids, attention_mask, token_type_ids)[0]
        if self.mean:
            mask = attention_mask.unsqueeze(-1).expand(states.size()).float()
            vector = torch.sum(states * mask, 1) / torch.clamp(mask.sum(1), min=1e-9)
        else:
            vector = states[:, 0]
        return states, torch.nn.functional.normalize(vector, p=2, dim=1)


def load(folder, attention):
    kind = AutoModelForSequenceClassification if "reranker" in folder else AutoModel
    extra = {} if "reranker" in folder else {"add_pooling_layer": False}
    model = kind.from_pretrained(
        GOLDEN / folder, attn_implementation=attention, torch_dtype=torch.float32, **extra)
    return model.eval()


def export(model, opset, types, outputs, path, folding=True):
    ids = torch.tensor([[5, 6, 7, 8, 9], [5, 6, 7, 8, 9]])
    mask = torch.ones_like(ids)
    arguments = (ids, mask, torch.zeros_like(ids)) if types else (ids, mask)
    names = ["input_ids", "attention_mask", "token_type_ids"][: len(arguments)]
    axes = {name: {0: "batch", 1: "sequence"} for name in names}
    axes.update({name: {0: "batch"} for name in outputs})
    torch.onnx.export(
        model, arguments, str(path), input_names=names, output_names=outputs, dynamic_axes=axes,
        opset_version=opset, do_constant_folding=folding, dynamo=False)


def sources(weights):
    """All arrays that an exporter may make of the weights."""
    found = {}

    def add(array, text):
        for kind in (np.float32, np.float16):
            key = array.astype(kind)
            found.setdefault((str(key.dtype), key.shape, key.tobytes()), text)

    for name, array in weights.items():
        if array.dtype.kind != "f":
            continue
        array = array.astype(np.float32)
        add(array, name)
        if array.ndim == 2:
            add(np.ascontiguousarray(array.T), name + "^T")
    for name in weights:
        if not name.endswith("attention.self.query.weight"):
            continue
        base = name[: -len("query.weight")]
        parts = [base + part for part in ("query", "key", "value")]
        add(
            np.concatenate([weights[p + ".weight"].astype(np.float32).T for p in parts], 1),
            "|".join(p + ".weight^T" for p in parts))
        add(
            np.concatenate([weights[p + ".bias"].astype(np.float32) for p in parts]),
            "|".join(p + ".bias" for p in parts))
    return found


def strip(path, folder, name):
    known = sources(load_file(GOLDEN / folder / "model.safetensors"))
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        array = numpy_helper.to_array(tensor)
        text = known.get((str(array.dtype), array.shape, array.tobytes()))
        if array.dtype.kind == "f" and array.size > 1:
            assert text, (name, tensor.name, array.shape)
            kept = onnx.TensorProto(
                name=tensor.name, data_type=tensor.data_type, dims=tensor.dims, doc_string=text)
            tensor.CopyFrom(kept)
    for node in model.graph.node:
        node.doc_string = ""
        for attribute in node.attribute:
            if attribute.name == "value" and attribute.t.data_type in (1, 10):
                assert numpy_helper.to_array(attribute.t).size == 1, (name, node.output)
    del model.graph.value_info[:]
    with open(OUTPUT / (name + ".onnx.gz"), "wb") as target:
        target.write(gzip.compress(model.SerializeToString(), 9, mtime=0))
    print(name, len(model.graph.node), sorted({n.op_type for n in model.graph.node}))


def fused(path, config, half=False, mha=False):
    options = FusionOptions("bert")
    options.use_multi_head_attention = mha
    model = optimizer.optimize_model(
        str(path), "bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size,
        optimization_options=options, opt_level=0)
    if half:
        model.convert_float_to_float16(keep_io_types=True)
    target = str(path) + ".fused"
    model.save_model_to_file(target)
    return target


def runtime(path):
    """What ONNX Runtime itself makes of a graph and saves."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path) + ".runtime"
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return options.optimized_model_filepath


def main():
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        for folder in ("bert", "m3", "bert-reranker", "reranker-label0"):
            types = folder.startswith("bert")
            output = ["logits"] if "reranker" in folder else ["last_hidden_state"]
            for opset, attention in itertools.product((11, 14, 17), ("eager", "sdpa")):
                if attention == "sdpa" and opset == 11:
                    continue
                model = load(folder, attention)
                name = f"{folder}-{opset}-{attention}"
                path = pathlib.Path(temporary) / name
                export(model, opset, types, output, path)
                strip(path, folder, name)
                if opset == 14 and attention == "eager":
                    strip(fused(path, model.config), folder, name + "-fused")
                    strip(fused(path, model.config, mha=True), folder, name + "-mha")
                    strip(fused(path, model.config, half=True), folder, name + "-half")
                    strip(runtime(path), folder, name + "-runtime")
                if opset == 17 and attention == "sdpa":
                    strip(fused(path, model.config), folder, name + "-fused")
                    strip(runtime(path), folder, name + "-runtime")
            if "reranker" not in folder:
                for mean in (False, True):
                    name = f"{folder}-{'mean' if mean else 'cls'}"
                    path = pathlib.Path(temporary) / name
                    export(Pooled(load(folder, "sdpa"), mean), 14, types,
                           ["token_embeddings", "sentence_embedding"], path)
                    strip(path, folder, name)
            if folder == "bert":
                name = "bert-unfolded"
                path = pathlib.Path(temporary) / name
                export(load(folder, "eager"), 14, types, output, path, folding=False)
                strip(path, folder, name)


if __name__ == "__main__":
    main()

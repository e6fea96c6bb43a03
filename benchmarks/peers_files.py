"""Makes what the Python peers read from the ONNX files of the table: peers_files.py WORK.

WORK holds model.onnx, tokenizer.json and the same below cross/. Made are, each unless it is there:
hf/ and hf-cross/ (safetensors, config and tokenizer), fused.onnx, uint8.onnx, f32.gguf, q8_0.gguf.
What cannot be made is named on standard error; its peer then says that its file is missing.
"""

import json
import pathlib
import re
import shutil
import sys
import traceback

LAYERS, HEADS, HIDDEN, INNER, POSITIONS, VOCABULARY = 12, 12, 384, 1536, 512, 30522


def weights(path):
    """Returns the matrices and vectors of a PyTorch export by their names in a checkpoint.

    The exporter folds the transposed matrices into nameless constants; the bias that is added to
    such a product has kept its name.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(path).graph
    arrays = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    named = {n: a for n, a in arrays.items() if re.fullmatch(r"[a-z]\w*(\.\w+)+", n)}
    products = {n.output[0]: n.input[1] for n in graph.node if n.op_type == "MatMul"}
    for node in graph.node:
        if node.op_type == "Add":
            for bias, product in (node.input, reversed(list(node.input))):
                if bias.endswith(".bias") and products.get(product) in arrays:
                    matrix = arrays[products[product]]
                    named[bias[: -len("bias")] + "weight"] = matrix.T
    return {n: a for n, a in named.items() if a.dtype.kind == "f"}


def hugging_face(onnx_file, tokenizer, folder):
    from safetensors.numpy import save_file
    import numpy

    tensors = weights(onnx_file)
    cross = "classifier.weight" in tensors
    if cross:
        tensors = {("" if n.startswith("classifier") else "bert.") + n: a for n, a in tensors.items()}
    linear = [n for n in tensors if n.endswith(".weight") and tensors[n].ndim == 2]
    expected = 6 * LAYERS + 3 + (2 if cross else 0)
    if len([n for n in linear if "pooler" not in n or cross]) != expected:
        raise ValueError(f"{onnx_file} gives {len(linear)} matrices, expected {expected}")
    folder.mkdir(parents=True, exist_ok=True)
    copies = {n: numpy.ascontiguousarray(a) for n, a in tensors.items()}
    save_file(copies, folder / "model.safetensors", metadata={"format": "pt"})
    config = dict(
        architectures=["BertForSequenceClassification" if cross else "BertModel"],
        model_type="bert", hidden_size=HIDDEN, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, intermediate_size=INNER, hidden_act="gelu",
        layer_norm_eps=1e-12, max_position_embeddings=POSITIONS, vocab_size=VOCABULARY,
        type_vocab_size=2, pad_token_id=0)
    if cross:
        config.update(id2label={"0": "LABEL_0"}, label2id={"LABEL_0": 0})
    (folder / "config.json").write_text(json.dumps(config))
    shutil.copy(tokenizer, folder / "tokenizer.json")
    (folder / "tokenizer_config.json").write_text(json.dumps(dict(
        tokenizer_class="BertTokenizer", model_max_length=POSITIONS, do_lower_case=True,
        cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", unk_token="[UNK]",
        mask_token="[MASK]")))


def fused(onnx_file, target):
    from onnxruntime.transformers import optimizer

    optimizer.optimize_model(
        str(onnx_file), "bert", num_heads=HEADS, hidden_size=HIDDEN
    ).save_model_to_file(str(target))


def uint8(fused_file, target):
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # It cannot infer the types behind fused operators by itself.
    options = {"DefaultTensorType": onnx.TensorProto.FLOAT}
    quantize_dynamic(
        str(fused_file), str(target), weight_type=QuantType.QUInt8, extra_options=options)


def gguf_file(onnx_file, tokenizer, target, quantized):
    import gguf
    import numpy

    writer = gguf.GGUFWriter(str(target), "bert")
    writer.add_name("bge-small-en-v1.5")
    writer.add_block_count(LAYERS)
    writer.add_context_length(POSITIONS)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.CLS)
    kind = gguf.LlamaFileType.MOSTLY_Q8_0 if quantized else gguf.LlamaFileType.ALL_F32
    writer.add_file_type(kind)
    vocabulary = json.loads(pathlib.Path(tokenizer).read_text())["model"]["vocab"]
    tokens = sorted(vocabulary, key=vocabulary.get)
    control = gguf.TokenType.CONTROL
    types = [control if re.fullmatch(r"\[\w+\]", t) else gguf.TokenType.NORMAL for t in tokens]
    writer.add_tokenizer_model("bert")
    writer.add_token_list([
        t if kind == control else t[2:] if t.startswith("##") else "\u2581" + t
        for t, kind in zip(tokens, types)])
    writer.add_token_types(types)
    writer.add_token_type_count(2)
    writer.add_bos_token_id(vocabulary["[CLS]"])
    writer.add_sep_token_id(vocabulary["[SEP]"])
    writer.add_eos_token_id(vocabulary["[SEP]"])
    writer.add_unk_token_id(vocabulary["[UNK]"])
    writer.add_pad_token_id(vocabulary["[PAD]"])
    writer.add_mask_token_id(vocabulary["[MASK]"])
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT, LAYERS)
    for name, array in weights(onnx_file).items():
        if name.startswith("pooler"):
            continue
        array = numpy.ascontiguousarray(array, numpy.float32)
        target_name = names.get_name(name, (".weight", ".bias"))
        if quantized and array.ndim == 2 and name.startswith("encoder"):
            q8 = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(target_name, gguf.quants.quantize(array, q8), raw_dtype=q8)
        else:
            writer.add_tensor(target_name, array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(work):
    model, tokenizer = work / "model.onnx", work / "tokenizer.json"
    cross = work / "cross"
    steps = {
        "hf/config.json": lambda _: hugging_face(model, tokenizer, work / "hf"),
        "hf-cross/config.json": lambda _: hugging_face(
            cross / "model.onnx", cross / "tokenizer.json", work / "hf-cross"),
        "fused.onnx": lambda target: fused(model, target),
        "uint8.onnx": lambda target: uint8(work / "fused.onnx", target),
        "f32.gguf": lambda target: gguf_file(model, tokenizer, target, False),
        "q8_0.gguf": lambda target: gguf_file(model, tokenizer, target, True),
    }
    for name, make in steps.items():
        if not (work / name).exists():
            try:
                make(work / name)
            except Exception:
                (work / name).unlink(missing_ok=True)
                print(f"not made: {name}", file=sys.stderr)
                traceback.print_exc()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))

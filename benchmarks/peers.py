"""One Python peer of PeersTable in a process of its own: peers.py ENGINE WORK.

Reads a line of JSON (texts, each, query, numbers) and answers with one (seconds, cpuSeconds,
numbers), until its input ends; PeerServer speaks the same. WORK is filled by peers_files.py.
"""

import json
import os
import pathlib
import sys
import time


def sentence_transformers(work):
    from sentence_transformers import SentenceTransformer, models

    word = models.Transformer(str(work / "hf"), max_seq_length=512)
    pooling = models.Pooling(384, pooling_mode="cls")
    model = SentenceTransformer(modules=[word, pooling, models.Normalize()], device="cpu")
    best = []

    def encode(texts):
        """It sorts by length itself; the first larger call (the warm-up) finds its best batch size."""
        if not best and len(texts) >= 16:
            times = {}
            for size in (4, 8, 16, 32):
                start = time.perf_counter()
                model.encode(texts, batch_size=size, show_progress_bar=False)
                times[size] = time.perf_counter() - start
            best.append(min(times, key=times.get))
            print("batch size", best[0], "of", times, file=sys.stderr)
        size = best[0] if best else 8
        return model.encode(texts, batch_size=size, show_progress_bar=False)

    return encode


def cross_encoder(work):
    from sentence_transformers import CrossEncoder
    import torch

    model = CrossEncoder(str(work / "hf-cross"), max_length=512, device="cpu")
    same = torch.nn.Identity()
    return lambda query, texts: model.predict(
        [(query, text) for text in texts], batch_size=8, activation_fn=same,
        show_progress_bar=False)[None, :]


def onnx_runtime(file):
    """One text a run, so nothing is padded; a run may use all cores."""

    def opened(work):
        import numpy
        import onnxruntime
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(512)
        session = onnxruntime.InferenceSession(str(work / file), providers=["CPUExecutionProvider"])
        inputs = {i.name for i in session.get_inputs()}

        def vector(text):
            ids = numpy.array([tokenizer.encode(text).ids], numpy.int64)
            values = {
                "input_ids": ids,
                "attention_mask": numpy.ones_like(ids),
                "token_type_ids": numpy.zeros_like(ids)}
            states = session.run(None, {n: v for n, v in values.items() if n in inputs})[0]
            first = states[0, 0]
            return first / numpy.linalg.norm(first)

        return lambda texts: numpy.stack([vector(text) for text in texts])

    return opened


def llama_cpp(file):
    def opened(work):
        import llama_cpp
        import numpy

        if not (work / file).exists():
            raise FileNotFoundError(work / file)
        model = llama_cpp.Llama(
            str(work / file), embedding=True, n_ctx=2048, n_batch=2048, n_ubatch=2048,
            n_threads=os.cpu_count(), n_threads_batch=os.cpu_count(), verbose=False)
        tokenize = model.tokenize

        def cut(text, *args, **kwargs):
            tokens = tokenize(text, *args, **kwargs)
            return tokens if len(tokens) <= 512 else tokens[:511] + tokens[-1:]

        model.tokenize = cut
        return lambda texts: numpy.array(model.embed(texts, normalize=True), numpy.float32)

    return opened


ENGINES = {
    "sentence-transformers": sentence_transformers,
    "cross-encoder": cross_encoder,
    "onnxruntime": onnx_runtime("fused.onnx"),
    "onnxruntime-uint8": onnx_runtime("uint8.onnx"),
    "llama.cpp": llama_cpp("f32.gguf"),
    "llama.cpp-q8_0": llama_cpp("q8_0.gguf"),
}


def main(engine, work):
    # Whatever a library prints must not come between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    run = ENGINES[engine](work)
    for line in sys.stdin:
        request = json.loads(line)
        texts = request["texts"]
        calls = [[text] for text in texts] if request["each"] else [texts]
        seconds, rows = [], []
        cpu = time.process_time()
        for call in calls:
            start = time.perf_counter()
            rows.extend(run(request["query"], call) if request["query"] else run(call))
            seconds.append(time.perf_counter() - start)
        cpu = time.process_time() - cpu
        numbers = [row.tolist() for row in rows] if request["numbers"] else []
        print(json.dumps(dict(seconds=seconds, cpuSeconds=cpu, numbers=numbers)), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))

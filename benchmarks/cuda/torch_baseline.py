"""torch_baseline.py WORK DEVICE: the checkpoints and token ids that CudaReport made, on torch.

Sorted by length and padded, in fp16, as FlagEmbedding runs them: batches of 256, halved while the
card has not the memory; with eager attention and with that of torch (sdpa). Prints tokens per
second, the least cosine against this library's vectors, and the card's fp16 product of matrices.
"""
import struct
import sys
import time

import numpy
import torch
import transformers

work, device = sys.argv[1], torch.device(sys.argv[2])


def peak():
    a, b = (torch.randn(8192, 8192, device=device, dtype=torch.float16) for _ in range(2))
    for _ in range(5):
        a @ b
    torch.cuda.synchronize(device)
    start = time.perf_counter()
    for _ in range(50):
        a @ b
    torch.cuda.synchronize(device)
    return 50 * 2 * 8192**3 / (time.perf_counter() - start)


def read(path, kind):
    """A list of arrays: each its length, then its numbers, big-endian as Java writes them."""
    data, at, arrays = open(path, "rb").read(), 0, []
    while at < len(data):
        (length,) = struct.unpack_from(">i", data, at)
        arrays.append(numpy.frombuffer(data, kind, length, at + 4))
        at += 4 + 4 * length
    return arrays


def embed(model, texts, batch):
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    vectors = [None] * len(texts)
    for at in range(0, len(order), batch):
        part = order[at : at + batch]
        longest = len(texts[part[0]])
        ids = numpy.full((len(part), longest), 1, dtype=numpy.int64)
        mask = numpy.zeros_like(ids)
        for row, i in enumerate(part):
            ids[row, : len(texts[i])] = texts[i]
            mask[row, : len(texts[i])] = 1
        states = model(
            input_ids=torch.from_numpy(ids).to(device), attention_mask=torch.from_numpy(mask).to(device)
        ).last_hidden_state[:, 0]
        for i, vector in zip(part, torch.nn.functional.normalize(states.float(), dim=-1).cpu().numpy()):
            vectors[i] = vector
    return vectors


def measure(model, texts):
    batch = 256
    while True:
        try:
            embed(model, texts[:64], batch)
            torch.cuda.synchronize(device)
            start = time.perf_counter()
            vectors = embed(model, texts, batch)
            return sum(map(len, texts)) / (time.perf_counter() - start), vectors, batch
        except torch.cuda.OutOfMemoryError:
            torch.cuda.empty_cache()
            batch //= 2


with torch.inference_mode():
    print("torch %s, fp16 product of matrices: %.0f TFLOP/s" % (torch.__version__, peak() / 1e12))
    for name in ("m3", "small"):
        for attention in ("sdpa", "eager"):
            model = transformers.AutoModel.from_pretrained(
                work + "/" + name, torch_dtype=torch.float16, attn_implementation=attention
            ).to(device).eval()
            for lengths in ("passages", "mixed"):
                texts = read("%s/%s.%s.ids" % (work, name, lengths), ">i4")
                expected = read("%s/%s.%s.vectors" % (work, name, lengths), ">f4")
                if attention == "eager" and max(map(len, texts)) > 4096:
                    print("%-5s %-8s torch eager: left out, its scores of 8,192 tokens fill the card" % (name, lengths))
                    continue
                speed, vectors, batch = measure(model, [t.astype(numpy.int64) for t in texts])
                least = min(float(a @ b) for a, b in zip(expected, vectors))
                print("%-5s %-8s torch %s, batches of %d: %.0f tokens/s, least cosine to ours %.5f"
                      % (name, lengths, attention, batch, speed, least))
            del model
            torch.cuda.empty_cache()

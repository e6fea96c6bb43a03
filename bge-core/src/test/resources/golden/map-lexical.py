"""Writes what bge_inference_service makes of the reference's lexical weights in its two modes.

    python3 map-lexical.py

Needs nothing but Python's own library. The service looks a weight's key, which is a decimal token id, up
as the text of a token (mode "tokenizer", here "legacy-tokenizer") or hashes it (mode "hash"), and adds the
weights of one index in the order of the text. As a database stores them, indices ascend and values are
float32 here.
"""

import gzip
import hashlib
import json
import struct

INDEX_SPACE = 2**20


def read_vocabulary(file):
    """What a fast tokenizer of transformers looks up: added tokens first, the last of equal pieces."""
    with open(file, encoding="utf-8") as opened:
        tokenizer = json.load(opened)
    vocabulary = {piece: token for token, (piece, _) in enumerate(tokenizer["model"]["vocab"])}
    vocabulary.update({token["content"]: token["id"] for token in tokenizer["added_tokens"]})
    return vocabulary, tokenizer["model"]["unk_id"]


def legacy_tokenizer(weights, vocabulary, unknown):
    for key, weight in weights:
        index = vocabulary.get(key, unknown)
        if index != unknown:
            yield index, weight


def hashed(weights):
    for key, weight in weights:
        yield int(hashlib.sha256(key.encode("utf-8")).hexdigest()[:8], 16) % INDEX_SPACE, weight


def float32(number):
    return struct.unpack("f", struct.pack("f", number))[0]


def vector(entries):
    sums = {}
    for index, weight in entries:
        sums[index] = sums.get(index, 0.0) + weight
    ordered = sorted(sums.items())
    return {"indices": [index for index, _ in ordered], "values": [float32(value) for _, value in ordered]}


def main():
    vocabulary, unknown = read_vocabulary("m3/tokenizer.json")
    with gzip.open("m3.expected.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line)["lexical"] for line in lines]
    with gzip.GzipFile("m3.mapped.expected.jsonl.gz", "wb", mtime=0) as out:
        for row in rows:
            weights = [(key, float32(weight)) for key, weight in row.items()]
            mapped = {
                "hash": vector(hashed(weights)),
                "legacy_tokenizer": vector(legacy_tokenizer(weights, vocabulary, unknown)),
            }
            out.write((json.dumps(mapped) + "\n").encode("utf-8"))


main()

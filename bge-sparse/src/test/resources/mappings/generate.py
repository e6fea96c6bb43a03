"""Writes what the sparse mappings must give, with nothing but Python's own library.

    python3 generate.py > expected.tsv

The rule is that of bge_inference_service in its mode "hash": the key of a weight is the token id as a
decimal string; its index is the first 8 hex digits of SHA-256 over the key, modulo the index space; the
weights of one index are added as Python floats, in the order of the text.
"""

import hashlib
import struct
from collections import Counter

VOCABULARY_SIZE = 250_002  # XLM-RoBERTa, ids 0..250,001
INDEX_SPACES = (2**20, 1_000_003, 2**32, 1_000, 1)
TEXTS = 200
TOKENS = 150


def index(key, index_space):
    return int(hashlib.sha256(key.encode("utf-8")).hexdigest()[:8], 16) % index_space


def weights(text):
    """150 tokens of a text, in an order of their own; every weight is a float32."""
    ids = {(text * 7_919 + position * 104_729) % VOCABULARY_SIZE for position in range(TOKENS)}
    order = sorted(ids, key=lambda token: (token * 40_503) % 65_537)
    return {str(token): ((token * 2_654_435_761) % 2**24 + 1) / 2**24 for token in order}


def mapped(entries, index_space):
    sums = {}
    for key, weight in entries.items():
        at = index(key, index_space)
        sums[at] = sums.get(at, 0.0) + weight
    return sorted(sums.items())


def main():
    for index_space in INDEX_SPACES:
        indices = [index(str(token), index_space) for token in range(VOCABULARY_SIZE)]
        # Every index as an unsigned 32-bit number, big-endian, in the order of the ids.
        digest = hashlib.sha256(b"".join(struct.pack(">I", i) for i in indices)).hexdigest()
        print("indices", index_space, digest, sep="\t")

        groups = Counter(indices)
        colliding = sum(count for count in groups.values() if count > 1)
        print("collisions", index_space, len(indices), len(groups), colliding, max(groups.values()), sep="\t")

        # Of every text the number of entries, then each index and the bits of its float32 value.
        layout = hashlib.sha256()
        for text in range(TEXTS):
            vector = mapped(weights(text), index_space)
            layout.update(struct.pack(">I", len(vector)))
            for at, value in vector:
                layout.update(struct.pack(">If", at, value))
        print("vectors", index_space, layout.hexdigest(), sep="\t")

    for text in ("", "\u2581the", "\u2581\u4e2d\u56fd", "</s>", "\U0001f389", "4865"):
        print("text", 2**20, text.encode("utf-8").hex(), index(text, 2**20), sep="\t")


main()

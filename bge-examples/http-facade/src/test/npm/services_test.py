"""The service as Cohere's (tried with 7.3.1) and Hugging Face's (2.4.0) Python libraries see it."""

import os
import unittest

import cohere
from huggingface_hub import InferenceClient

URL = os.environ["DEFAULT_URL"]
TEXTS = ["Paris is large", "Rome"]


class ServicesTest(unittest.TestCase):
    def test_hugging_face_embeds_at_the_root_and_at_embed(self):
        for path in ("", "/embed"):
            client = InferenceClient(URL + path, token="secret")
            self.assertEqual((1, 64), client.feature_extraction("Rome").shape)

    def test_cohere_second_version_embeds_and_ranks(self):
        client = cohere.ClientV2(base_url=URL, api_key="secret")
        answer = client.embed(
            model="bge-m3",
            texts=TEXTS,
            input_type="search_document",
            embedding_types=["float", "int8", "binary"],
        )
        self.assertEqual(64, len(answer.embeddings.float_[1]))
        self.assertEqual(64, len(answer.embeddings.int8[1]))
        self.assertEqual(8, len(answer.embeddings.binary[1]))
        ranking = client.rerank(model="any", query="old town", documents=TEXTS, top_n=1)
        self.assertEqual(1, len(ranking.results))


if __name__ == "__main__":
    unittest.main()

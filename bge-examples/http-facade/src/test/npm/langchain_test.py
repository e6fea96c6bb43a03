"""The service as LangChain for Python (tried with langchain-openai 1.7.4) sees it; run by run.sh."""

import os
import unittest

import openai
from langchain_openai import OpenAIEmbeddings

BASE_URL = os.environ["DEFAULT_URL"] + "/v1"


def embeddings(**options):
    return OpenAIEmbeddings(
        model="bge-m3", base_url=BASE_URL, api_key="secret", **options
    )


class LangChainTest(unittest.TestCase):
    def test_texts_of_several_batches_keep_their_order(self):
        client = embeddings(check_embedding_ctx_length=False)
        texts = [f"Document {i}" for i in range(2_100)]
        vectors = client.embed_documents(texts)
        self.assertEqual(len(texts), len(vectors))
        for i in (0, 999, 1_000, 2_099):
            expected = client.embed_query(texts[i])
            self.assertEqual(64, len(expected))
            for a, b in zip(expected, vectors[i]):
                self.assertAlmostEqual(a, b, delta=1e-7)

    def test_ids_of_tiktoken_are_refused_with_the_remedy(self):
        try:
            client = embeddings()
            with self.assertRaises(openai.BadRequestError) as raised:
                client.embed_documents(["Paris is large"])
        except OSError as e:
            self.skipTest(f"tiktoken could not load its words: {e}")
        self.assertEqual("foreign_token_ids", raised.exception.code)
        self.assertIn("check_embedding_ctx_length=False", str(raised.exception))


if __name__ == "__main__":
    unittest.main()

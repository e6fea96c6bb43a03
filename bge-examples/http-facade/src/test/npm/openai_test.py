"""The service as OpenAI's Python library (tried with 3.22.1) sees it; run by run.sh."""

import os
import unittest

import openai

MODEL = "bge-m3"


def client(key="secret"):
    return openai.OpenAI(
        base_url=os.environ["FACADE_URL"] + "/v1", api_key=key, max_retries=0
    )


class OpenAiTest(unittest.TestCase):
    def test_default_has_the_floats(self):
        coded = client().embeddings.create(model=MODEL, input="Paris")
        plain = client().embeddings.create(
            model=MODEL, input="Paris", encoding_format="float"
        )
        self.assertEqual(64, len(coded.data[0].embedding))
        for a, b in zip(coded.data[0].embedding, plain.data[0].embedding):
            self.assertAlmostEqual(a, b, delta=1e-7)

    def test_list_is_ordered_with_usage(self):
        answer = client().embeddings.create(model=MODEL, input=["Paris", "Rome"])
        self.assertEqual([0, 1], [item.index for item in answer.data])
        self.assertGreater(answer.usage.prompt_tokens, 3)

    def test_empty_text_is_a_bad_request(self):
        with self.assertRaises(openai.BadRequestError) as raised:
            client().embeddings.create(model=MODEL, input="")
        self.assertEqual("empty_text", raised.exception.code)

    def test_wrong_key_is_an_authentication_error(self):
        with self.assertRaises(openai.AuthenticationError):
            client("guess").embeddings.create(model=MODEL, input="a")


if __name__ == "__main__":
    unittest.main()

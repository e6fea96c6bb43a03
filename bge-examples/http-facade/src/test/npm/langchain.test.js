// Needs DEFAULT_URL, the address of a service on the tiny checkpoints that has API_KEY=secret and
// is otherwise left to its defaults, as the client is; run.sh starts one.
import assert from "node:assert/strict";
import test from "node:test";
import { OpenAIEmbeddings } from "@langchain/openai";
import { getEncoding } from "js-tiktoken";
import OpenAI from "openai";

function embeddings(options = {}) {
  return new OpenAIEmbeddings({
    model: "bge-m3",
    apiKey: "secret",
    configuration: { baseURL: `${process.env.DEFAULT_URL}/v1` },
    ...options,
  });
}

test("documents of several batches keep their order", async () => {
  const client = embeddings();
  assert.equal(client.batchSize, 512);
  const texts = Array.from({ length: 1100 }, (_, i) => `Document ${i}`);
  const vectors = await client.embedDocuments(texts);
  assert.equal(vectors.length, texts.length);
  for (const i of [0, 511, 512, 1099]) {
    assert.deepEqual(vectors[i], await client.embedQuery(texts[i]));
  }
});

test("a base URL with a slash at its end is the same service", async () => {
  const client = embeddings({ configuration: { baseURL: `${process.env.DEFAULT_URL}/v1/` } });
  assert.equal((await client.embedQuery("Paris")).length, 64);
});

/** LangChain for Python sends these by default; many are ids of this model's, but other words. */
test("ids of OpenAI's tokenizer are refused, every one", async () => {
  const client = new OpenAI({ baseURL: `${process.env.DEFAULT_URL}/v1`, apiKey: "secret" });
  const encoding = getEncoding("cl100k_base");
  for (const text of ["Paris is large", "!", "# a title #", "0 + 2 = 2", "<s> a </s>", " "]) {
    await assert.rejects(
      client.embeddings.create({ model: "bge-m3", input: [encoding.encode(text)] }),
      (error) => {
        assert.ok(error instanceof OpenAI.BadRequestError);
        assert.equal(error.code, "foreign_token_ids");
        assert.equal(error.param, "input[0]");
        assert.match(error.message, /check_embedding_ctx_length=False/);
        return true;
      },
      text,
    );
  }
});

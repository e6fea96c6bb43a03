// Needs DEFAULT_URL, the address of a service on the tiny checkpoints with API_KEY=secret: the
// clients of Cohere and of text-embeddings-inference take it for theirs. run.sh starts it.
import assert from "node:assert/strict";
import test from "node:test";
import { InferenceClient } from "@huggingface/inference";
import { CohereClient, CohereClientV2 } from "cohere-ai";

const url = process.env.DEFAULT_URL;
const model = "bge-m3";
const texts = ["Paris is large", "Rome"];

async function floats() {
  const response = await fetch(`${url}/v1/embeddings`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: "Bearer secret" },
    body: JSON.stringify({ input: texts }),
  });
  return (await response.json()).data.map((item) => item.embedding);
}

for (const path of ["", "/embed"]) {
  test(`Hugging Face's client embeds at ${path || "the root"}`, async () => {
    const client = new InferenceClient("secret", { endpointUrl: url + path });
    assert.deepEqual(await client.featureExtraction({ inputs: texts }), await floats());
  });
}

test("Hugging Face's client tells what was refused", async () => {
  const client = new InferenceClient("secret", { endpointUrl: `${url}/embed` });
  await assert.rejects(client.featureExtraction({ inputs: "" }), (error) => {
    assert.match(JSON.stringify(error.httpResponse?.body ?? error.message), /must not be empty/);
    return true;
  });
});

test("Cohere's second version embeds by types and ranks", async () => {
  const client = new CohereClientV2({ environment: url, token: "secret" });
  const answer = await client.embed({
    model,
    texts,
    inputType: "search_document",
    embeddingTypes: ["float", "int8", "ubinary"],
  });
  assert.deepEqual(answer.embeddings.float, await floats());
  assert.equal(answer.embeddings.int8[0].length, 64);
  assert.equal(answer.embeddings.ubinary[1].length, 8);
  const ranking = await client.rerank({ model, query: "old town", documents: texts, topN: 1 });
  assert.equal(ranking.results.length, 1);
});

test("Cohere's first version embeds", async () => {
  const client = new CohereClient({ environment: url, token: "secret" });
  const answer = await client.embed({ model, texts, inputType: "search_document" });
  assert.deepEqual(answer.embeddings, await floats());
});

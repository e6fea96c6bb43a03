// Needs FACADE_URL, the address of a service on the tiny checkpoints with API_KEY=secret,
// MAX_BATCH_SIZE=2 and EMBEDDING_MICROBATCH_QUEUE_MAXSIZE=1; run.sh starts one.
import assert from "node:assert/strict";
import test from "node:test";
import OpenAI from "openai";

const model = "bge-m3";

function client(options = {}) {
  return new OpenAI({
    baseURL: `${process.env.FACADE_URL}/v1`,
    apiKey: "secret",
    maxRetries: 0,
    ...options,
  });
}

/** A client that notes the bodies that it sends. */
function noting(bodies, options = {}) {
  const noted = (url, init) => {
    bodies.push(JSON.parse(init.body));
    return fetch(url, init);
  };
  return client({ fetch: noted, ...options });
}

test("default asks for base64 and gives the floats", async () => {
  const bodies = [];
  const coded = await noting(bodies).embeddings.create({ model, input: "Paris" });
  const plain = await noting(bodies).embeddings.create({
    model,
    input: "Paris",
    encoding_format: "float",
  });
  assert.deepEqual(bodies.map((body) => body.encoding_format), ["base64", "float"]);
  assert.equal(coded.data[0].embedding.length, 64);
  assert.deepEqual(
    Array.from(coded.data[0].embedding),
    plain.data[0].embedding.map(Math.fround),
  );
});

test("a list is ordered, with the usage of all texts", async () => {
  const answer = await client().embeddings.create({ model, input: ["Paris", "Rome"] });
  assert.deepEqual(answer.data.map((item) => item.index), [0, 1]);
  assert.ok(answer.usage.prompt_tokens > 3);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens);
});

test("empty text is a bad request that is sent once", async () => {
  const bodies = [];
  await assert.rejects(
    noting(bodies, { maxRetries: 2 }).embeddings.create({ model, input: "" }),
    (error) => {
      assert.ok(error instanceof OpenAI.BadRequestError);
      assert.equal(error.code, "empty_text");
      assert.equal(error.param, "input");
      assert.match(error.message, /must not be empty or blank/);
      return true;
    },
  );
  assert.equal(bodies.length, 1);
});

test("a wrong key is an authentication error", async () => {
  await assert.rejects(
    client({ apiKey: "guess" }).embeddings.create({ model, input: "a" }),
    OpenAI.AuthenticationError,
  );
});

test("a full queue is a rate limit, which says when to come back", async () => {
  const requests = Array.from({ length: 64 }, (_, i) =>
    client().embeddings.create({ model, input: `text ${i} `.repeat(200) }),
  );
  const outcomes = await Promise.allSettled(requests);
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  assert.ok(refused.length > 0 && refused.length < outcomes.length);
  for (const { reason } of refused) {
    assert.ok(reason instanceof OpenAI.RateLimitError, String(reason));
    assert.ok(Number(reason.headers.get("retry-after")) >= 1);
    assert.ok(Number(reason.headers.get("retry-after-ms")) >= 1);
  }
});

-- Mixed requests, of twenty: twelve one question, four eight texts, two a long passage, one four
-- documents to rerank, one that has to be refused.
local questions, lists, passages, reranks = {}, {}, {}, {}
local sentence = "The river rises in the mountains, crosses the plain and reaches the sea. "
for i = 1, 50 do
  questions[i] = '{"input":"What is the capital of country ' .. i .. '?","encoding_format":"base64"}'
  lists[i] = '{"input":["one ' .. i .. '","two","three","four","five","six","seven","eight"]}'
  passages[i] = '{"input":"' .. sentence:rep(2 + i % 20) .. '"}'
  reranks[i] = '{"query":"Where is country ' .. i .. '?","documents":["one","two","three","four"]}'
end
local refused = { '{"input":""}', '{"input":[]}', '{"input":1.5}', '{"input":', '{}' }

local headers = { ["Content-Type"] = "application/json" }
local count = 0

function request()
  count = count + 1
  local kind = count % 20
  local path, bodies = "/v1/embeddings", questions
  if kind == 0 then
    path, bodies = "/v1/rerank", reranks
  elseif kind == 1 then
    bodies = refused
  elseif kind % 10 == 5 then
    bodies = passages
  elseif kind % 10 == 3 or kind % 10 == 7 then
    bodies = lists
  end
  return wrk.format("POST", path, headers, bodies[1 + math.floor(count / 20) % #bodies])
end

local thread_of_requests
served, refusals, failed = 0, 0, 0

function setup(thread)
  thread_of_requests = thread
end

function response(status)
  if status == 200 then
    served = served + 1
  elseif status == 400 or status == 422 then
    refusals = refusals + 1
  else
    failed = failed + 1
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "%d served, %d refused, %.1f/s, p50 %.0f ms, p99 %.0f ms; failed: %d status, %d timeout, %d other\n",
    thread_of_requests:get("served"), thread_of_requests:get("refusals"),
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, thread_of_requests:get("failed"), errors.timeout,
    errors.connect + errors.read + errors.write))
end

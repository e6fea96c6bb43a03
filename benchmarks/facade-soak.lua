-- Mixed requests: seven of ten one question, two of ten eight texts, one of ten a long passage.
local questions = {}
local lists = {}
local passages = {}
local sentence = "The river rises in the mountains, crosses the plain and reaches the sea. "
for i = 1, 50 do
  questions[i] = '{"input":"What is the capital of country ' .. i .. '?","encoding_format":"base64"}'
  lists[i] = '{"input":["one ' .. i .. '","two","three","four","five","six","seven","eight"]}'
  passages[i] = '{"input":"' .. sentence:rep(2 + i % 20) .. '"}'
end

local count = 0

function request()
  count = count + 1
  local kind = count % 10
  local bodies = kind == 0 and passages or (kind == 3 or kind == 7) and lists or questions
  local headers = { ["Content-Type"] = "application/json" }
  return wrk.format("POST", nil, headers, bodies[1 + math.floor(count / 10) % 50])
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    "%d requests, %.1f/s, p50 %.0f ms, p99 %.0f ms; failed: %d status, %d timeout, %d other\n",
    summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, errors.status, errors.timeout,
    errors.connect + errors.read + errors.write))
end

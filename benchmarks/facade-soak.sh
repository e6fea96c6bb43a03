#!/usr/bin/env bash
# Keeps the facade at capacity, with the bundled model and the tests' small reranker, and prints
# errors and resident memory.
# Needs wrk (Debian: apt-get install wrk) and, from the project's root,
#   mvn -q -DskipTests package -pl bge-examples/cli -am
# Arguments: minutes (10), connections (8).
set -euo pipefail
cd "$(dirname "$0")/.."

minutes="${1:-10}"
connections="${2:-8}"
port="${PORT:-18012}"
url="http://127.0.0.1:$port"

golden=bge-core/src/test/resources/golden
reranker="$(mktemp -d)"
cp "$golden"/reranker-label1/* "$golden"/m3/tokenizer* "$golden"/m3/special_tokens_map.json "$reranker"

PORT="$port" HOST=127.0.0.1 EMBEDDING_MODEL_NAME=bundled RERANKER_MODEL_NAME="$reranker" \
  java -Xmx512m -Xms512m -XX:+AlwaysPreTouch ${JAVA_OPTS:-} \
  -jar "${BGE_JAR:-bge-examples/cli/target/bge.jar}" serve 2> /dev/null &
facade=$!
trap 'kill "$facade"; rm -r "$reranker"' EXIT
until curl -sf "$url/health" | grep -q '"status":"ok"'; do
  kill -0 "$facade"
  sleep 0.5
done

resident() { # moment
  echo "resident memory $1: $(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$facade/status") MiB"
}

drive() { # seconds
  wrk -t1 -c"$connections" -d"${1}s" --timeout 60s -s benchmarks/facade-soak.lua \
    "$url" | tail -1
}

echo "first minute: $(drive 60)"
resident "after a minute"
half=$((minutes * 30))
echo "first half: $(drive "$half")"
resident "in the middle"
echo "second half: $(drive "$half")"
resident "at the end"
curl -s "$url/metrics" | grep '^bge_http_requests_seconds_count'

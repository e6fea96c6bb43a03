#!/usr/bin/env bash
# Runs the JavaScript libraries of OpenAI, LangChain, Cohere and Hugging Face (and the Python ones, if
# PYTHON names an interpreter that has openai, langchain-openai, cohere and huggingface_hub, which
# wants numpy for vectors) against the service. Usage: run.sh
# path/to/bge.jar. Needs java, node and npm; npm installs the pinned libraries here on first use.
set -euo pipefail

jar=$(realpath "${1:?"usage: run.sh path/to/bge.jar"}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
golden=$(cd "$here/../../../../../bge-core/src/test/resources/golden" && pwd)
work=$(mktemp -d)
pids=()

finish() {
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap finish EXIT

mkdir "$work/reranker"
cp "$golden"/reranker-label0/{config.json,model.safetensors} "$golden/m3/tokenizer.json" \
  "$work/reranker"
cd "$work"

# Starts a service with further variables; sets url to its address once it serves.
start() {
  local log=$work/log${#pids[@]} pid port
  env EMBEDDING_MODEL_NAME="$golden/m3" RERANKER_MODEL_NAME="$work/reranker" API_KEY=secret "$@" \
    java -jar "$jar" serve --port 0 2>"$log" &
  pid=$!
  pids+=("$pid")
  for _ in {1..600}; do
    port=$(sed -n 's/^bge: listening on port //p' "$log")
    if [[ -n $port ]] && curl -fsS "http://127.0.0.1:$port/ready" >/dev/null 2>&1; then
      url=http://127.0.0.1:$port
      return
    fi
    kill -0 "$pid" || { cat "$log" >&2; exit 1; }
    sleep 0.1
  done
  cat "$log" >&2
  exit 1
}

start MAX_BATCH_SIZE=2 EMBEDDING_MICROBATCH_QUEUE_MAXSIZE=1
export FACADE_URL=$url
start
export DEFAULT_URL=$url

cd "$here"
[[ -d node_modules/openai && -d node_modules/@langchain/openai && -d node_modules/cohere-ai ]] || npm install --no-audit --no-fund --no-package-lock
npm test
if [[ -n ${PYTHON:-} ]]; then
  "$PYTHON" openai_test.py
  "$PYTHON" langchain_test.py
  "$PYTHON" services_test.py
fi

#!/usr/bin/env bash
# Runs OpenAI's JavaScript library (and its Python library, if PYTHON names an interpreter that has
# it) against the service. Usage: run.sh path/to/bge.jar. Needs java, node and npm; npm installs
# the pinned library here on first use.
set -euo pipefail

jar=$(realpath "${1:?"usage: run.sh path/to/bge.jar"}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
golden=$(cd "$here/../../../../../bge-core/src/test/resources/golden" && pwd)
work=$(mktemp -d)
pid=

finish() {
  [[ -z $pid ]] || { kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }
  rm -rf "$work"
}
trap finish EXIT

mkdir "$work/reranker"
cp "$golden"/reranker-label0/{config.json,model.safetensors} "$golden/m3/tokenizer.json" \
  "$work/reranker"
cd "$work"
EMBEDDING_MODEL_NAME=$golden/m3 RERANKER_MODEL_NAME=$work/reranker API_KEY=secret \
  MAX_BATCH_SIZE=2 EMBEDDING_MICROBATCH_QUEUE_MAXSIZE=1 \
  java -jar "$jar" serve --port 0 2>"$work/log" &
pid=$!

for _ in {1..600}; do
  port=$(sed -n 's/^bge: listening on port //p' "$work/log")
  if [[ -n $port ]] && curl -fsS "http://127.0.0.1:$port/health" | grep -q '"status":"ok"'; then
    break
  fi
  kill -0 "$pid" || { cat "$work/log" >&2; exit 1; }
  sleep 0.1
done
export FACADE_URL=http://127.0.0.1:$port

cd "$here"
[[ -d node_modules/openai ]] || npm install --no-audit --no-fund --no-package-lock
npm test
if [[ -n ${PYTHON:-} ]]; then
  "$PYTHON" openai_test.py
fi

#!/usr/bin/env bash
# Starts the service, opens /docs and the playground in headless Chromium and uses them.
# Needs node, npm, Chromium (Debian: apt-get install chromium) and, from the project's root,
#   mvn -q -DskipTests package -pl bge-examples/cli -am
# CHROMIUM is the browser's program. No part of mvn verify: it needs a browser and a registry.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../../../../.." && pwd)"
work="$(mktemp -d)"
port="${PORT:-18013}"

cp "$here"/{package.json,check-docs.mjs,check-playground.mjs} "$work"
(cd "$work" && npm install --silent --no-audit --no-fund)

golden="$root/bge-core/src/test/resources/golden"
mkdir "$work/reranker"
cp "$golden"/reranker-label0/{config.json,model.safetensors} "$golden/m3/tokenizer.json" \
  "$work/reranker"
PORT="$port" HOST=127.0.0.1 API_KEY= RERANKER_MODEL_NAME="$work/reranker" \
  EMBEDDING_MODEL_NAME="$golden/m3" \
  java -jar "${BGE_JAR:-$root/bge-examples/cli/target/bge.jar}" serve 2> "$work/service.log" &
facade=$!
trap 'kill "$facade"' EXIT
until curl -sf "http://127.0.0.1:$port/health" | grep -q '"status":"ok"'; do
  kill -0 "$facade"
  sleep 0.5
done

chromium="${CHROMIUM:-$(command -v chromium)}"
node "$work/check-docs.mjs" "http://127.0.0.1:$port" "$chromium" "$work/docs.png"
node "$work/check-playground.mjs" "http://127.0.0.1:$port" "$chromium" "$work"

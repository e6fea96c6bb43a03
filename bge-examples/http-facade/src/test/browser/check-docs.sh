#!/usr/bin/env bash
# Starts the service, opens /docs in headless Chromium and sends a request from the page.
# Needs node, npm, Chromium (Debian: apt-get install chromium) and, from the project's root,
#   mvn -q -DskipTests package -pl bge-examples/cli -am
# CHROMIUM is the browser's program. No part of mvn verify: it needs a browser and a registry.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../../../../.." && pwd)"
work="$(mktemp -d)"
port="${PORT:-18013}"

cp "$here/package.json" "$here/check-docs.mjs" "$work"
(cd "$work" && npm install --silent --no-audit --no-fund)

PORT="$port" HOST=127.0.0.1 API_KEY= RERANKER_MODEL_NAME=none \
  EMBEDDING_MODEL_NAME="$root/bge-core/src/test/resources/golden/m3" \
  java -jar "${BGE_JAR:-$root/bge-examples/cli/target/bge.jar}" serve 2> "$work/service.log" &
facade=$!
trap 'kill "$facade"' EXIT
until curl -sf "http://127.0.0.1:$port/health" | grep -q '"embedder_loaded":true'; do
  kill -0 "$facade"
  sleep 0.5
done

node "$work/check-docs.mjs" "http://127.0.0.1:$port" "${CHROMIUM:-$(command -v chromium)}" \
  "$work/docs.png"

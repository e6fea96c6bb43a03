#!/usr/bin/env bash
# Measures the facade's own overhead: wrk on loopback against a model that computes nothing.
# Needs wrk (Debian: apt-get install wrk) and, from the project's root,
#   mvn -q -DskipTests package -pl bge-examples/cli -am
# Arguments: seconds of a run (15), runs (3).
set -euo pipefail
cd "$(dirname "$0")/.."

seconds="${1:-15}"
runs="${2:-3}"
port="${PORT:-18011}"
url="http://127.0.0.1:$port"

PORT="$port" HOST=127.0.0.1 java ${JAVA_OPTS:-} \
  -cp "${BGE_JAR:-bge-examples/cli/target/bge.jar}:bge-examples/http-facade/target/test-classes" \
  io.github.bge4j.examples.facade.NoOpFacade > /dev/null 2>&1 &
facade=$!
trap 'kill "$facade"' EXIT
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  kill -0 "$facade"
  sleep 0.2
done

measure() { # name, connections, seconds
  echo -n "$1, $2 connections: "
  wrk -t1 -c"$2" -d"$3s" -s benchmarks/facade-load.lua "$url/v1/embeddings" | tail -1
}

export BODY
for format in base64 float; do
  BODY='{"input":"What is the capital of France?","encoding_format":"'"$format"'"}'
  measure "$format, warm-up" 32 "$seconds"
  for connections in 32 128; do
    for ((run = 0; run < runs; run++)); do
      measure "$format" "$connections" "$seconds"
    done
  done
done

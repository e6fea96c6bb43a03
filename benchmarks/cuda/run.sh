#!/bin/sh
# Measures this library on a CUDA card: run.sh [WORK_FOLDER], from the project's root, after
# mvn -q -Pbenchmarks -DskipTests package
# Needs a JDK and Maven, the CUDA 12 libraries (12.8 or later) where the loader finds them or in
# $BGE_CUDA_PATH, some 10 GB in the work folder, and about 10 GB of the card; DEVICE=cuda:1 takes
# another card. Optional: PYTHON with torch and transformers (the baseline and the card's peak),
# nvidia-smi (memory), nsys (the timeline). Every step says what it could not do; STEPS="exact
# speed" runs those alone.
set -u
work=${1:-benchmarks/target/cuda}
device=${DEVICE:-cuda:0}
steps=${STEPS:-exact prepare speed alternate memory timeline}
python=${PYTHON:-python3}
here=$(dirname "$0")
golden=bge-core/src/test/resources/golden
mkdir -p "$work"

version=$(sed -n 's/.*<onnxruntime.version>\(.*\)<.*/\1/p' pom.xml)
gpu="$work/onnxruntime_gpu-$version.jar"
if [ ! -f "$gpu" ]; then
  mvn -q dependency:copy -Dartifact="com.microsoft.onnxruntime:onnxruntime_gpu:$version" \
    -DoutputDirectory="$work" || exit 1
fi

# The first of two builds of ONNX Runtime on the class path is the one that is loaded.
report() {
  java ${BGE_CUDA_PATH:+-Dbge4j.cuda.path="$BGE_CUDA_PATH"} -Xmx8g \
    -cp "$gpu:benchmarks/target/benchmarks.jar" \
    io.github.bge4j.benchmarks.CudaReport "$1" --device "$device" --work "$work" \
    --golden "$golden" || echo "step $1 failed"
}

for step in $steps; do
  echo "== $step"
  case $step in
    exact | prepare | alternate | memory) report "$step" ;;
    speed)
      # In turns: ours, torch, ours, torch, ours, torch.
      for round in 1 2 3; do
        echo "-- round $round"
        report speed
        "$python" "$here/torch_baseline.py" "$work" "$device" || echo "no torch: no baseline, no peak"
      done
      ;;
    timeline)
      if command -v nsys > /dev/null; then
        nsys profile --force-overwrite true --trace cuda,osrt --output "$work/timeline" \
          java ${BGE_CUDA_PATH:+-Dbge4j.cuda.path="$BGE_CUDA_PATH"} -cp "$gpu:benchmarks/target/benchmarks.jar" \
          io.github.bge4j.benchmarks.CudaReport once --device "$device" --work "$work" --golden "$golden"
        nsys stats --report cuda_gpu_kern_sum,cuda_api_sum "$work/timeline.nsys-rep"
      else
        echo "no nsys: no timeline"
      fi
      ;;
    *) echo "no step $step" ;;
  esac
done

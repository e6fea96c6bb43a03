#!/bin/sh
# Makes a virtual environment with the Python peers of PeersTable: peers-setup.sh [FOLDER].
# Each is optional: one that cannot be installed is named, and the table leaves it out.
set -u
folder=${1:-${TMPDIR:-/tmp}/bge4j-peers}
python3 -m venv "$folder" || exit 1
pip="$folder/bin/pip --disable-pip-version-check install --quiet"
$pip numpy==2.2.6 safetensors==0.5.3 onnx==1.17.0 gguf==0.19.0 || exit 1
$pip onnxruntime==1.28.0 sympy==1.13.1 ml_dtypes==0.6.0 || echo "left out: onnxruntime"
$pip torch==2.6.0 transformers==4.49.0 sentence-transformers==4.1.0 || echo "left out: sentence-transformers"
# Built from source for this machine, which takes some minutes and needs a C++ compiler and CMake.
CMAKE_ARGS=-DGGML_NATIVE=ON $pip --no-binary llama-cpp-python llama-cpp-python || echo "left out: llama.cpp"
echo "--python $folder/bin/python"

package io.github.bge4j.internal.graph;

/** What a tensor holds, with the numbers of the ONNX format. */
enum DataType {
  FLOAT(1),
  INT32(6),
  INT64(7),
  BOOL(9),
  FLOAT16(10);

  private final int number;

  DataType(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}

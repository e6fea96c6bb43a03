package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * How Cohere writes a dense vector.
 *
 * <p>Integers are the numbers times 127 through the largest of the vector's magnitudes, so that
 * cosines stay what they were within about a hundredth; {@code uint8} adds 128. Bits are the signs
 * (1 for positive), eight to a byte, the first in its highest bit; {@code binary} subtracts 128.
 */
enum CohereType {
  FLOAT,
  BASE64,
  INT8,
  UINT8,
  BINARY,
  UBINARY;

  private static final int LARGEST = 127;
  private static final int OFFSET = 128;

  /** Returns the type of a name. */
  static CohereType of(String name) {
    return Arrays.stream(values())
        .filter(type -> type.label().equals(name))
        .findFirst()
        .orElseThrow(() -> ApiException.shape(
            "literal_error",
            "embedding_types",
            "embedding_types must be a list of "
                + Arrays.stream(values()).map(CohereType::label).toList()));
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  void write(JsonGenerator json, float[] vector) throws IOException {
    switch (this) {
      case FLOAT -> Json.writeVector(json, vector, false);
      case BASE64 -> Json.writeVector(json, vector, true);
      case INT8 -> writeInts(json, scaled(vector), 0);
      case UINT8 -> writeInts(json, scaled(vector), OFFSET);
      case BINARY -> writeInts(json, signs(vector), -OFFSET);
      case UBINARY -> writeInts(json, signs(vector), 0);
    }
  }

  private static void writeInts(JsonGenerator json, int[] values, int offset) throws IOException {
    json.writeStartArray();
    for (int value : values) {
      json.writeNumber(value + offset);
    }
    json.writeEndArray();
  }

  private static int[] scaled(float[] vector) {
    float largest = 0;
    for (float value : vector) {
      largest = Math.max(largest, Math.abs(value));
    }
    int[] scaled = new int[vector.length];
    for (int i = 0; i < scaled.length && largest > 0; i++) {
      scaled[i] = Math.round(vector[i] / largest * LARGEST);
    }
    return scaled;
  }

  private static int[] signs(float[] vector) {
    int[] bytes = new int[(vector.length + Byte.SIZE - 1) / Byte.SIZE];
    for (int i = 0; i < vector.length; i++) {
      if (vector[i] > 0) {
        bytes[i / Byte.SIZE] |= OFFSET >> i % Byte.SIZE;
      }
    }
    return bytes;
  }
}

package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import io.github.bge4j.MultiVector;
import io.github.bge4j.Token;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes what several answers have. */
final class Json {

  private Json() {}

  /** Writes numbers, or one base64 string of their little-endian bytes. */
  static void writeVector(JsonGenerator json, float[] vector, boolean base64) throws IOException {
    if (base64) {
      json.writeBinary(littleEndian(vector));
    } else {
      writeFloats(json, vector);
    }
  }

  static void writeFloats(JsonGenerator json, float[] values) throws IOException {
    json.writeStartArray();
    for (float value : values) {
      json.writeNumber(FloatText.of(value));
    }
    json.writeEndArray();
  }

  /** Writes a list of rows. */
  static void writeRows(JsonGenerator json, MultiVector rows, boolean base64) throws IOException {
    json.writeStartArray();
    for (int row = 0; row < rows.rows(); row++) {
      writeVector(json, rows.row(row), base64);
    }
    json.writeEndArray();
  }

  /** Writes the fields of a token; special ones have no place in the text. */
  static void writeToken(JsonGenerator json, Token token) throws IOException {
    json.writeNumberField("id", token.id());
    json.writeStringField("text", token.text());
    json.writeBooleanField("special", token.special());
    json.writeFieldName("start");
    writePlace(json, token, token.start());
    json.writeFieldName("stop");
    writePlace(json, token, token.end());
  }

  private static void writePlace(JsonGenerator json, Token token, int place) throws IOException {
    if (token.special()) {
      json.writeNull();
    } else {
      json.writeNumber(place);
    }
  }

  private static byte[] littleEndian(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}

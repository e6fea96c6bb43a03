package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EmbeddingWriterTest {

  private static String written(float... values) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (EmbeddingWriter writer = new EmbeddingWriter(out, false, null)) {
      writer.writeFloats(values);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void write_extremeAndRandomFloats_readBackBitForBit() throws IOException {
    float[] values = new float[2000];
    Random random = new Random(7);
    for (int i = 0; i < values.length; i++) {
      float any = Float.intBitsToFloat(random.nextInt());
      values[i] = Float.isFinite(any) ? any : i;
    }
    float[] extremes = {
      0f,
      -0f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MIN_NORMAL,
      Float.MAX_VALUE,
      1e-5f,
      Math.nextUp(1f),
      Math.nextDown(1f),
      2.0E-3f,
      0x1p53f,
      1e10f
    };
    System.arraycopy(extremes, 0, values, 0, extremes.length);
    JsonNode dense = new JsonMapper().readTree(written(values));
    for (int i = 0; i < values.length; i++) {
      // As text, so that no reader helps.
      float read = Float.parseFloat(dense.get(i).asText());
      assertThat(Float.floatToRawIntBits(read)).isEqualTo(Float.floatToRawIntBits(values[i]));
    }
  }

  @Test
  void write_floats_areAsShortAsPossible() throws IOException {
    // Float.toString of JDK 17 prints digits that are not needed.
    assertThat(written(2.0E-3f, 5.684342E-14f)).contains("[0.002,5.684342E-14]");
  }
}

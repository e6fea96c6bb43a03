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

  private static String written(boolean withIds, float... dense) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (EmbeddingWriter writer = new EmbeddingWriter(out, withIds)) {
      writer.write(new int[] {101, 102}, false, dense);
      writer.write(new int[] {101, 7, 102}, true, dense);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void write_twoWithIds_areTwoCompactLines() throws IOException {
    assertThat(written(true, 0.1f, -2))
        .isEqualTo("{\"index\":0,\"tokens\":2,\"truncated\":false,\"ids\":[101,102],"
            + "\"dense\":[0.1,-2.0]}\n"
            + "{\"index\":1,\"tokens\":3,\"truncated\":true,\"ids\":[101,7,102],"
            + "\"dense\":[0.1,-2.0]}\n");
  }

  @Test
  void write_withoutIds_leavesThemOut() throws IOException {
    assertThat(written(false, 1)).doesNotContain("ids");
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
    JsonNode dense = new JsonMapper()
        .readTree(written(false, values).lines().toList().get(0))
        .path("dense");
    for (int i = 0; i < values.length; i++) {
      // As text, so that no reader helps.
      float read = Float.parseFloat(dense.get(i).asText());
      assertThat(Float.floatToRawIntBits(read)).isEqualTo(Float.floatToRawIntBits(values[i]));
    }
  }

  @Test
  void write_floats_areAsShortAsPossible() throws IOException {
    // Float.toString of JDK 17 prints digits that are not needed.
    assertThat(written(false, 2.0E-3f, 5.684342E-14f)).contains("[0.002,5.684342E-14]");
  }
}

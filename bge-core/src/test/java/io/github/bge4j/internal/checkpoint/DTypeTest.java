package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class DTypeTest {

  @Test
  void toFloats_everyHalf_isItsValue() {
    ByteBuffer halves = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      halves.putShort((short) bits);
    }
    float[] floats = new float[1 << 16];
    DType.F16.toFloats(halves.flip(), floats, 0);
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertThat(floats[bits])
          .as("half %04x", bits)
          .isEqualTo(Float.valueOf(halfByDefinition(bits)));
    }
  }

  @Test
  void toFloats_brainFloat_isUpperHalfOfFloat() {
    ByteBuffer one = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    one.putShort((short) (Float.floatToRawIntBits(-1.5f) >> 16));
    float[] floats = new float[2];
    DType.BF16.toFloats(one.flip(), floats, 1);
    assertThat(floats).containsExactly(0, -1.5f);
  }

  /** Between any two neighbours: their middle, exact in fp32, and the floats beside it. */
  @Test
  void ofFloats_betweenAllHalves_roundsToNearestEven() {
    for (int bits = 0; bits < 0x7c00; bits++) {
      float low = halfByDefinition(bits);
      float high = bits == 0x7bff ? 65_536 : halfByDefinition(bits + 1);
      float middle = low + (high - low) / 2;
      int even = bits % 2 == 0 ? bits : bits + 1;
      assertThat(halfOf(low)).isEqualTo(bits);
      assertThat(halfOf(middle)).isEqualTo(even);
      assertThat(halfOf(-middle)).isEqualTo(even | 0x8000);
      assertThat(halfOf(Math.nextDown(middle))).isEqualTo(bits);
      assertThat(halfOf(Math.nextUp(middle))).isEqualTo(bits + 1);
    }
    assertThat(halfOf(-0f)).isEqualTo(0x8000);
    assertThat(halfOf(Float.MIN_VALUE)).isZero();
    assertThat(halfOf(Float.MAX_VALUE)).isEqualTo(0x7c00);
    assertThat(halfOf(Float.NEGATIVE_INFINITY)).isEqualTo(0xfc00);
    assertThat(halfByDefinition(halfOf(Float.NaN))).isNaN();
  }

  private static int halfOf(float value) {
    ByteBuffer bytes = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    DType.F16.ofFloats(new float[] {0, value}, 1, 1, bytes);
    return bytes.getShort(0) & 0xffff;
  }

  private static float halfByDefinition(int bits) {
    int exponent = (bits >> 10) & 31;
    double fraction = (bits & 1023) / 1024.0;
    double magnitude = switch (exponent) {
      case 0 -> fraction * Math.pow(2, -14);
      case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      default -> (1 + fraction) * Math.pow(2, exponent - 15);
    };
    return (float) (bits >= 1 << 15 ? -magnitude : magnitude);
  }
}

package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FloatTextTest {

  @ParameterizedTest
  @CsvSource({
    "0.1,0.1",
    "-0.5,-0.5",
    "1,1.0",
    "0,0.0",
    "-0.0,-0.0",
    "0.002,0.002",
    "123456.7,123456.7"
  })
  void of_number_isShort(float value, String text) {
    assertThat(FloatText.of(value)).isEqualTo(text);
  }

  @Test
  void of_anyFiniteFloat_readsBackBothWays() {
    Random random = new Random(8);
    for (int i = 0; i < 200_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(value)) {
        String text = FloatText.of(value);
        assertThat(Float.parseFloat(text)).as(text).isEqualTo(value);
        assertThat((float) Double.parseDouble(text)).as(text).isEqualTo(value);
      }
    }
  }
}

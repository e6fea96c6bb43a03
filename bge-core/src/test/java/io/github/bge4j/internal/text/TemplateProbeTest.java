package io.github.bge4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.ModelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateProbeTest {

  @Test
  void pair_bert_hasTypes() {
    PairTemplate template = pair("101001", "000111");
    assertThat(template.prefix()).containsExactly(0);
    assertThat(template.separator()).containsExactly(2);
    assertThat(template.suffix()).containsExactly(5);
    assertThat(template.typed()).isTrue();
  }

  @Test
  void pair_xlmRoberta_hasNoTypes() {
    PairTemplate template = pair("1011001", "0000000");
    assertThat(template.separator()).containsExactly(2, 3);
    assertThat(template.typed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1001, 0000", // not separated
    "01010, 00000", // nothing before
    "10100, 00000", // nothing after
    "101001, 001111", // types change before the separator
    "101001, 000101", // types change back
    "1010011, 0002222", // another type
    "1010101, 0000000" // three texts
  })
  void pair_joinedInAnotherWay_throws(String special, String types) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> pair(special, types))
        .withMessageStartingWith(
            "a reranker's tokenizer must join two texts with special tokens before, between and after them: ");
  }

  private static PairTemplate pair(String special, String types) {
    int[] ids = new int[special.length()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i;
    }
    return TemplateProbe.pair(ids, marks(special), marks(types));
  }

  private static long[] marks(String digits) {
    return digits.chars().mapToLong(digit -> digit - '0').toArray();
  }
}

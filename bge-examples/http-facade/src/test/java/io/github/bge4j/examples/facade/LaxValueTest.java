package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pydantic 2.13.5 makes of the same JSON, tried value by value. */
final class LaxValueTest {

  private static final JsonMapper JSON = new JsonMapper();

  @ParameterizedTest
  @CsvSource({
    "2, 2",
    "2.0, 2",
    "2.5, none",
    "-3, -3",
    "true, 1",
    "false, 0",
    "\"2\", 2",
    "\" 2 \", 2",
    "\"+2\", 2",
    "\"-2\", -2",
    "\"2.0\", 2",
    "\"2.\", none",
    "\"2.5\", none",
    "\"1_000\", 1000",
    "\"1__0\", none",
    "\"1_\", none",
    "\"2e1\", none",
    "\"0x2\", none",
    "\"\", none",
    "\"two\", none",
    "[2], none",
    "{}, none",
  })
  void integer_value_isReadAsByPydantic(String json, String expected) throws Exception {
    assertThat(LaxValue.integer(JSON.readTree(json)).map(BigInteger::toString).orElse("none"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "true, true",
    "1, true",
    "0, false",
    "1.0, true",
    "0.0, false",
    "2, none",
    "0.5, none",
    "-1, none",
    "\"1\", true",
    "\"on\", true",
    "\"T\", true",
    "\"yEs\", true",
    "\"y\", true",
    "\"off\", false",
    "\"F\", false",
    "\"No\", false",
    "\"n\", false",
    "\"0\", false",
    "\" true\", none",
    "\"1.0\", none",
    "\"\", none",
    "\"ja\", none",
    "[], none",
    "{}, none",
  })
  void truth_value_isReadAsByPydantic(String json, String expected) throws Exception {
    assertThat(LaxValue.truth(JSON.readTree(json)).map(String::valueOf).orElse("none"))
        .isEqualTo(expected);
  }

  /** As Python, which does not read longer ones either. */
  @Test
  void integer_ofTooManyDigits_isNone() throws Exception {
    assertThat(LaxValue.integer(JSON.readTree("\"" + "9".repeat(4_300) + "\""))).isPresent();
    assertThat(LaxValue.integer(JSON.readTree("\"" + "9".repeat(4_301) + "\""))).isEmpty();
  }
}

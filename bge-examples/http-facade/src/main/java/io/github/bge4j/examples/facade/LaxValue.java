package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers and truth values as pydantic's lax mode reads them of JSON. */
final class LaxValue {

  /** A fraction of zeros counts as none; single underscores may part digits. */
  private static final Pattern INTEGER =
      Pattern.compile("\\s*([+-]?\\d++(?:_\\d++)*+)(?:\\.0++)?\\s*");

  /** The longest number of a text that is read; longer ones take long. */
  private static final int MOST_CHARS = 4_300;

  private LaxValue() {}

  /** Returns a whole number, or nothing if it is none. */
  static Optional<BigInteger> integer(JsonNode value) {
    if (value.isBoolean()) {
      return Optional.of(value.booleanValue() ? BigInteger.ONE : BigInteger.ZERO);
    } else if (value.isTextual()) {
      return integer(value.textValue());
    }
    return value.canConvertToExactIntegral()
        ? Optional.of(value.bigIntegerValue())
        : Optional.empty();
  }

  private static Optional<BigInteger> integer(String text) {
    Matcher matcher = INTEGER.matcher(text);
    return text.length() <= MOST_CHARS && matcher.matches()
        ? Optional.of(new BigInteger(matcher.group(1).replace("_", "")))
        : Optional.empty();
  }

  /** Returns a truth value, or nothing if it is none. */
  static Optional<Boolean> truth(JsonNode value) {
    if (value.isBoolean()) {
      return Optional.of(value.booleanValue());
    }
    String text =
        value.isNumber() ? integer(value).map(BigInteger::toString).orElse("") : value.asText();
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "true", "t", "yes", "y", "on" -> Optional.of(true);
      case "0", "false", "f", "no", "n", "off" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}

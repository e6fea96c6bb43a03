package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON object of a request, read field by field. Unknown fields are ignored. */
final class RequestBody {

  /** A document's meta is written again, a few levels deeper than it was read. */
  private static final int MAX_DEPTH = 500;

  private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final JsonNode object;

  private RequestBody(JsonNode object) {
    this.object = object;
  }

  static RequestBody parse(byte[] body) {
    JsonNode node;
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      node = MAPPER.readTree(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      throw ApiException.shape("json_invalid", null, "the body must be UTF-8");
    } catch (JsonProcessingException e) {
      throw ApiException.shape("json_invalid", null, "the body must be JSON" + place(e));
    }
    if (!node.isObject()) {
      throw ApiException.shape("model_attributes_type", null, "the body must be a JSON object");
    }
    return new RequestBody(node);
  }

  /** Says where, if the parser knows; a breach of its limits has no place. Quotes nothing. */
  private static String place(JsonProcessingException e) {
    @Nullable JsonLocation place = e.getLocation();
    return place == null
        ? " of sane depth and number length"
        : ": JSON decode error at line " + place.getLineNr() + " column " + place.getColumnNr();
  }

  /** Returns a field, or null if it is missing or JSON's null. */
  @Nullable JsonNode field(String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  JsonNode required(String name) {
    JsonNode value = object.get(name);
    if (value == null) {
      throw ApiException.shape("missing", name, "Field required: " + name);
    }
    return value;
  }

  String string(String name) {
    JsonNode value = required(name);
    if (!value.isTextual()) {
      throw ApiException.shape("string_type", name, name + " must be a string");
    }
    return value.textValue();
  }

  String string(String name, String fallback) {
    return field(name) == null ? fallback : string(name);
  }

  /** Returns the model's name, which an answer repeats; the fallback if there is none. */
  String model(String fallback) {
    String name = string("model", fallback);
    return name.isEmpty() ? fallback : name;
  }

  boolean flag(String name, boolean fallback) {
    return field(name) == null ? fallback : flag(name);
  }

  boolean flag(String name) {
    JsonNode value = field(name);
    return value != null
        && LaxValue.truth(value)
            .orElseThrow(
                () -> ApiException.shape("bool_type", name, name + " must be true or false"));
  }

  /** Returns a list of strings, empty if there is none. */
  List<String> strings(String name) {
    JsonNode list = field(name);
    List<String> strings = new ArrayList<>();
    Faults faults = new Faults(422);
    if (list != null && !list.isArray()) {
      throw ApiException.shape("list_type", name, name + " must be a list of strings");
    }
    for (JsonNode item : list == null ? List.<JsonNode>of() : list) {
      if (!item.isTextual()) {
        String place = name + "[" + strings.size() + "]";
        faults.add("string_type", place, place + " must be a string");
      }
      strings.add(item.asText());
    }
    faults.check();
    return strings;
  }

  /** Returns a whole number of at least 1, or null if there is none. */
  @Nullable Integer positive(String name) {
    JsonNode value = field(name);
    if (value == null) {
      return null;
    }
    BigInteger number = LaxValue.integer(value)
        .orElseThrow(() -> ApiException.shape("int_type", name, name + " must be a whole number"));
    if (number.signum() < 1) {
      throw ApiException.shape(
          "greater_than_equal", name, name + " must be greater than or equal to 1");
    }
    return number.bitLength() < Integer.SIZE ? number.intValue() : Integer.MAX_VALUE;
  }
}

package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The texts of a request, checked and cut to a number of characters (code points).
 *
 * @param texts none was blank before the cut
 * @param cut whether each of them lost its end
 */
record Texts(List<String> texts, List<Boolean> cut) {

  /** Reads a string, a list of strings, a list of token ids or a list of such lists. */
  static Texts input(JsonNode input, FacadeSettings settings, Function<int[], String> decoder) {
    List<String> texts = new ArrayList<>();
    if (input.isTextual()) {
      texts.add(input.textValue());
    } else if (!input.isArray()) {
      throw ApiException.shape(
          "string_type", "input", "input must be a string, a list of strings or token ids");
    } else if (input.path(0).isNumber()) {
      texts.add(decoder.apply(ids(input)));
    } else {
      checkCount("input", input.size(), settings);
      for (int i = 0; i < input.size(); i++) {
        JsonNode element = input.get(i);
        texts.add(element.isArray() ? decoder.apply(ids(element)) : text(element, i));
      }
    }
    return checked("input", texts, settings);
  }

  private static String text(JsonNode element, int index) {
    if (!element.isTextual()) {
      throw ApiException.shape(
          "string_type", "input", "input[" + index + "] must be a string or a list of token ids");
    }
    return element.textValue();
  }

  private static int[] ids(JsonNode list) {
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = list.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw ApiException.shape("int_type", "input", "token ids must be whole numbers");
      }
      ids[i] = id.intValue();
    }
    return ids;
  }

  /** Checks and cuts texts. */
  static Texts checked(String param, List<String> texts, FacadeSettings settings) {
    checkCount(param, texts.size(), settings);
    List<String> kept = new ArrayList<>(texts.size());
    List<Boolean> cut = new ArrayList<>(texts.size());
    int most = settings.maxTextChars();
    for (String text : texts) {
      if (text.isBlank()) {
        String name = texts.size() == 1 ? param : param + "[" + kept.size() + "]";
        throw ApiException.value(
            "empty_text", param, name + " must not be empty or blank; send text or leave it out");
      }
      boolean tooLong = text.length() > most && text.codePointCount(0, text.length()) > most;
      kept.add(tooLong ? text.substring(0, text.offsetByCodePoints(0, most)) : text);
      cut.add(tooLong);
    }
    return new Texts(kept, cut);
  }

  static void checkCount(String param, int count, FacadeSettings settings) {
    if (count < 1 || count > settings.maxBatchSize()) {
      throw ApiException.value(
          "batch_size",
          param,
          param + " must hold from 1 to " + settings.maxBatchSize() + " texts (MAX_BATCH_SIZE): "
              + count + "; send several requests");
    }
  }
}

package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.bge4j.Output;
import io.github.bge4j.batching.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/**
 * The texts of a request, checked and cut to a number of characters (code points).
 *
 * @param name what errors call the field that holds them
 * @param texts none was blank before the cut
 * @param cut whether each of them lost its end
 */
record Texts(String name, List<String> texts, List<Boolean> cut) implements Input {

  /** Reads a list of strings. */
  static Texts of(String name, JsonNode list, FacadeSettings settings) {
    List<String> texts = new ArrayList<>(list.size());
    Faults faults = new Faults(422);
    for (JsonNode text : list) {
      String param = name + "[" + texts.size() + "]";
      if (!text.isTextual()) {
        faults.add(
            "string_type", param, param + " must be a string, or all of " + name + " token ids");
      }
      texts.add(text.asText());
    }
    faults.check();
    return checked(name, texts, settings);
  }

  /** Checks and cuts a text that is no element of a list. */
  static Texts one(String name, String text, FacadeSettings settings) {
    return checked(name, List.of(text), index -> name, settings);
  }

  /** Checks and cuts the texts of a list. */
  static Texts checked(String name, List<String> texts, FacadeSettings settings) {
    return checked(name, texts, index -> name + "[" + index + "]", settings);
  }

  private static Texts checked(
      String name, List<String> texts, IntFunction<String> nameOf, FacadeSettings settings) {
    List<String> kept = new ArrayList<>(texts.size());
    List<Boolean> cut = new ArrayList<>(texts.size());
    Faults faults = new Faults(400);
    int most = settings.maxTextChars();
    for (String text : texts) {
      int index = kept.size();
      check(text, index, nameOf, faults);
      boolean tooLong = text.length() > most && text.codePointCount(0, text.length()) > most;
      kept.add(tooLong ? text.substring(0, text.offsetByCodePoints(0, most)) : text);
      cut.add(tooLong);
    }
    faults.check();
    return new Texts(name, kept, cut);
  }

  private static void check(String text, int index, IntFunction<String> nameOf, Faults faults) {
    if (text.isBlank()) {
      String param = nameOf.apply(index);
      faults.add(
          "empty_text", param, param + " must not be empty or blank; send text or leave it out");
      return;
    }
    int lone = loneSurrogate(text);
    if (lone >= 0) {
      String param = nameOf.apply(index);
      faults.add(
          "lone_surrogate",
          param,
          String.format(
              Locale.ROOT,
              "%s must be Unicode: lone surrogate U+%04X at char %d; replace it with U+FFFD",
              param,
              (int) text.charAt(lone),
              lone));
    }
  }

  /** Returns where half a character is, which has no UTF-8 form; -1 if there is none. */
  private static int loneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /** Checks how many texts a list has, before anything is made of it. */
  static void checkCount(String param, int count, FacadeSettings settings) {
    if (count < 1 || count > settings.maxBatchSize()) {
      throw ApiException.value(
          "batch_size",
          param,
          param + " must hold from 1 to " + settings.maxBatchSize() + " texts (MAX_BATCH_SIZE): "
              + count + (count < 1 ? "; send at least one" : "; send several requests"));
    }
  }

  @Override
  public int count() {
    return texts.size();
  }

  @Override
  public long length() {
    return texts.stream().mapToLong(String::length).sum();
  }

  @Override
  public boolean cut(int index) {
    return cut.get(index);
  }

  @Override
  public CompletableFuture<List<TextVectors>> embed(
      TextModel model, RequestOptions options, Output... outputs) {
    return model.embed(texts, options, outputs);
  }
}

package io.github.bge4j;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bge4j.internal.checkpoint.TestSafetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Makes a reranker of a classifier by keeping one of its labels. */
final class OneLabel {

  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String LAST_LAYER = "classifier.out_proj.";

  private OneLabel() {}

  /** Writes configuration and weights; the tokenizer is left to the caller. */
  static void write(Path classifier, int label, Path target) throws IOException {
    Files.createDirectories(target);
    JsonObject config =
        JsonParser.parseString(Files.readString(classifier.resolve(CONFIG))).getAsJsonObject();
    config.add("id2label", new Gson().toJsonTree(Map.of("0", "LABEL_0")));
    Files.writeString(target.resolve(CONFIG), config.toString());
    byte[] file = Files.readAllBytes(classifier.resolve(WEIGHTS));
    int headerLength =
        (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(file, Long.BYTES, headerLength, StandardCharsets.UTF_8);
    TestSafetensors kept = new TestSafetensors();
    for (Map.Entry<String, JsonElement> entry :
        JsonParser.parseString(header).getAsJsonObject().entrySet()) {
      if (entry.getValue().getAsJsonObject().has("shape")) {
        copy(entry.getKey(), entry.getValue().getAsJsonObject(), file, headerLength, label, kept);
      }
    }
    Files.write(target.resolve(WEIGHTS), kept.bytes());
  }

  private static void copy(
      String name,
      JsonObject entry,
      byte[] file,
      int headerLength,
      int label,
      TestSafetensors target) {
    long[] shape = new Gson().fromJson(entry.get("shape"), long[].class);
    int[] offsets = new Gson().fromJson(entry.get("data_offsets"), int[].class);
    int start = Long.BYTES + headerLength + offsets[0];
    int length = offsets[1] - offsets[0];
    if (name.startsWith(LAST_LAYER)) {
      length /= (int) shape[0];
      start += label * length;
      shape[0] = 1;
    }
    target.add(
        name,
        entry.get("dtype").getAsString(),
        Arrays.copyOfRange(file, start, start + length),
        shape);
  }
}

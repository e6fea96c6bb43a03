package io.github.bge4j.lucene;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Output;
import io.github.bge4j.Similarity;
import io.github.bge4j.sparse.SparseTokenMapper;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an index was made with, as it stands in the user data of its commits. A model is known by
 * what it makes of one text: that also tells poolings, instructions and fine-tuned copies apart,
 * and does not depend on where the model's files lie.
 */
final class IndexIdentity {

  /** Grows with every change of fields that makes older indexes unreadable. */
  private static final String FORMAT = "1";

  private static final String PREFIX = "bge4j.";
  private static final String FORMAT_KEY = "format";
  private static final String OUTPUTS_KEY = "outputs";
  private static final String PROBE_KEY = "probe";
  private static final String MODEL_KEY = "model";
  private static final String VERSION_KEY = "version";

  private static final String PROBE =
      "Giant pandas eat bamboo, up to 38 kilograms a day. 大熊猫每天吃竹子。";

  /** The same model on another processor gives as much; another model or pooling less. */
  private static final double LEAST_COSINE = 0.999;

  private final Map<String, String> values;

  private IndexIdentity(Map<String, String> values) {
    this.values = values;
  }

  /** Describes a model and how it is used; embeds one text. */
  static IndexIdentity of(
      BgeEmbedder embedder,
      String model,
      Set<Output> outputs,
      SparseTokenMapper mapper,
      String analyzer) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put(FORMAT_KEY, FORMAT);
    values.put(VERSION_KEY, version());
    values.put(MODEL_KEY, model);
    values.put("dimension", String.valueOf(embedder.dimension()));
    values.put("precision", embedder.precision().name());
    values.put("similarity", embedder.similarity().name());
    values.put(OUTPUTS_KEY, String.join(",", outputs.stream().map(Output::name).toList()));
    values.put(
        "sparse mapping",
        outputs.contains(Output.SPARSE) ? mapper.name() + " of " + mapper.indexSpace() : "none");
    values.put("analyzer", analyzer);
    values.put(PROBE_KEY, encode(embedder.dense(PROBE)));
    return new IndexIdentity(values);
  }

  /** Reads the user data of a commit; null if the index is none of ours. */
  static @Nullable IndexIdentity read(Map<String, String> userData) {
    Map<String, String> values = new TreeMap<>();
    userData.forEach((key, value) -> {
      if (key.startsWith(PREFIX)) {
        values.put(key.substring(PREFIX.length()), value);
      }
    });
    return values.containsKey(FORMAT_KEY) ? new IndexIdentity(values) : null;
  }

  /** Returns the user data of a commit. */
  Map<String, String> toUserData() {
    Map<String, String> userData = new TreeMap<>();
    values.forEach((key, value) -> userData.put(PREFIX + key, value));
    return userData;
  }

  private static String version() {
    String version = IndexIdentity.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }

  Set<Output> outputs() {
    Set<Output> outputs = EnumSet.noneOf(Output.class);
    Pattern.compile(",")
        .splitAsStream(values.getOrDefault(OUTPUTS_KEY, ""))
        .map(Output::valueOf)
        .forEach(outputs::add);
    return outputs;
  }

  /**
   * Refuses what is another format, another model, or the same used in another way.
   *
   * @param place what messages call the index
   */
  void check(String place, IndexIdentity opened) {
    List<String> differences = new ArrayList<>();
    opened.values.forEach((key, value) -> {
      String recorded = values.getOrDefault(key, "unknown");
      if (!Set.of(VERSION_KEY, MODEL_KEY, PROBE_KEY).contains(key) && !recorded.equals(value)) {
        differences.add(key + " " + recorded + ", not " + value);
      }
    });
    if (differences.isEmpty()) {
      double cosine = Similarity.COSINE.of(probe(), opened.probe());
      if (cosine >= LEAST_COSINE) {
        return;
      }
      differences.add("vectors of that model, from which those of this one differ (cosine "
          + Math.round(cosine * 1000) / 1000.0 + ")");
    }
    throw new IndexMismatchException("index " + place + " was made with "
        + values.getOrDefault(MODEL_KEY, "unknown") + " by version "
        + values.getOrDefault(VERSION_KEY, "unknown") + " and must be opened alike: it has "
        + String.join("; it has ", differences) + "; open it with the same model and settings as"
        + " when it was made, or make it anew in another folder");
  }

  private float[] probe() {
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(values.getOrDefault(PROBE_KEY, "")));
    float[] vector = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(vector);
    return vector;
  }

  private static String encode(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}

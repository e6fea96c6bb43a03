package io.github.bge4j.benchmarks;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.Device;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Output;
import io.github.bge4j.PairScore;
import io.github.bge4j.Precision;
import io.github.bge4j.TextPair;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * How near answers of a card are to those of the processor, which are the reference's.
 *
 * @param golden folder of the golden checkpoints and texts of the tests
 * @param work folder for copies
 */
record CudaExactness(Path golden, Path work, Device device) {

  private static final double LEAST_COSINE = 0.9999;

  /** The golden checkpoints on the card beside the processor, which equals the reference. */
  void print() throws IOException {
    for (Precision precision : List.of(Precision.FP16, Precision.FP32)) {
      for (String name : List.of("m3", "bert")) {
        List<String> texts = rows(name).stream().map(row -> text(row, "text")).toList();
        ModelSource model = model(name);
        try (BgeEmbedder exact = BgeEmbedder.builder().model(model).build();
            BgeEmbedder card = BgeEmbedder.builder()
                .model(model)
                .device(device)
                .precision(precision)
                .build()) {
          Output[] outputs = exact.outputs().toArray(new Output[0]);
          compare(
              name + " " + precision,
              precision == Precision.FP16 ? 2e-3 : 1e-5,
              exact.embed(texts, InputType.PASSAGE, outputs),
              card.embed(texts, InputType.PASSAGE, outputs),
              exact.outputs().contains(Output.SPARSE));
        }
      }
      List<TextPair> pairs = rows("bert-reranker").stream()
          .map(row -> new TextPair(text(row, "query"), text(row, "passage")))
          .toList();
      ModelSource model = model("bert-reranker");
      try (BgeReranker exact = BgeReranker.builder().model(model).build();
          BgeReranker card = BgeReranker.builder()
              .model(model)
              .device(device)
              .precision(precision)
              .build()) {
        List<PairScore> expected = exact.scores(pairs);
        List<PairScore> actual = card.scores(pairs);
        double worst = IntStream.range(0, pairs.size())
            .mapToDouble(i -> Math.abs(expected.get(i).score() - actual.get(i).score()))
            .max()
            .orElse(0);
        print(
            "%-22s worst logit off by %.2e%s",
            "bert-reranker " + precision,
            worst,
            judged(worst <= (precision == Precision.FP16 ? 2e-2 : 1e-4)));
      }
    }
  }

  /** The tokenizer of BERT is that of the bundled model. */
  private ModelSource model(String name) throws IOException {
    Path source = golden.resolve(name);
    Path folder = Files.createDirectories(work.resolve("golden-" + name));
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (!Files.exists(folder.resolve("tokenizer.json"))) {
      try (InputStream tokenizer =
          CudaExactness.class.getResourceAsStream("/bge-small-en-v1.5-tokenizer.json")) {
        Files.copy(Objects.requireNonNull(tokenizer), folder.resolve("tokenizer.json"));
      }
    }
    return ModelSource.directory(folder);
  }

  private List<JsonObject> rows(String name) throws IOException {
    Path file = golden.resolve(name + ".expected.jsonl.gz");
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(
        new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(line -> JsonParser.parseString(line).getAsJsonObject())
          .toList();
    }
  }

  private static String text(JsonObject row, String field) {
    return row.get(field).getAsString();
  }

  private static void compare(
      String name,
      double tolerance,
      List<Embedding> expected,
      List<Embedding> actual,
      boolean heads) {
    double component = 0;
    double cosine = 1;
    double token = 1;
    double weight = 0;
    for (int i = 0; i < expected.size(); i++) {
      float[] a = expected.get(i).dense();
      float[] b = actual.get(i).dense();
      for (int j = 0; j < a.length; j++) {
        component = Math.max(component, Math.abs(a[j] - b[j]));
      }
      cosine = Math.min(cosine, JudgedCorpus.cosine(a, b));
      if (heads) {
        Map<Long, Float> weights = actual.get(i).lexicalWeights().toMap();
        for (Map.Entry<Long, Float> entry :
            expected.get(i).lexicalWeights().toMap().entrySet()) {
          double off = Math.abs(entry.getValue() - weights.getOrDefault(entry.getKey(), 0f));
          weight = Math.max(weight, off / Math.max(1, entry.getValue()));
        }
        for (int row = 0; row < expected.get(i).multiVector().rows(); row++) {
          token = Math.min(
              token,
              JudgedCorpus.cosine(
                  expected.get(i).multiVector().row(row),
                  actual.get(i).multiVector().row(row)));
        }
      }
    }
    print(
        "%-22s worst component off by %.2e, least cosine %.7f%s%s",
        name,
        component,
        cosine,
        heads
            ? String.format(Locale.ROOT, ", of a token %.7f, weight off by %.2e", token, weight)
            : "",
        judged(component <= tolerance
            && cosine >= LEAST_COSINE
            && token >= LEAST_COSINE
            && weight <= 5 * tolerance));
  }

  /** What is no number is not within any bounds. */
  private static String judged(boolean within) {
    return within ? "" : ": TOO FAR";
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}

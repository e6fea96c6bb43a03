package io.github.bge4j.benchmarks;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.Device;
import io.github.bge4j.Embedding;
import io.github.bge4j.ModelSource;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.batching.BatchReport;
import io.github.bge4j.batching.RequestOptions;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What a CUDA card makes of this library, one step a process; {@code benchmarks/cuda/run.sh} runs
 * them in their order and puts torch beside them.
 */
final class CudaReport {

  private static final long LINEAR_FLOP = 24;
  private static final long ATTENTION_FLOP = 4;
  private static final int MAX_QUEUED = 16_384;
  private static final int ROUNDS = 200;
  private static final int FIRST_ID = 5;

  /** Sizes of the checkpoints, as their generator has them, and how much work they are given. */
  private record Model(String name, int layers, int hidden, int most, int tokens) {

    Path folder(Path work) {
      return work.resolve(name);
    }

    /** Floating-point operations of a text: linear layers, and attention to all its tokens. */
    double operations(int[] text) {
      double n = text.length;
      return layers
          * n
          * (LINEAR_FLOP * (double) hidden * hidden + ATTENTION_FLOP * (double) hidden * n);
    }
  }

  private static final List<Model> MODELS = List.of(
      new Model("m3", 24, 1024, 8192, 1_500_000), new Model("small", 12, 384, 512, 3_000_000));

  private final Path work;
  private final Path golden;
  private final Device device;

  private CudaReport(Map<String, String> options) {
    work = Path.of(options.getOrDefault("work", "benchmarks/target/cuda"));
    golden = Path.of(options.getOrDefault("golden", "bge-core/src/test/resources/golden"));
    device = Device.parse(options.getOrDefault("device", "cuda")).get(0);
  }

  /**
   * Runs a step.
   *
   * @param args its name, then options and their values
   * @throws IOException if the files cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i + 1 < args.length; i += 2) {
      options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
    }
    CudaReport report = new CudaReport(options);
    switch (args[0]) {
      case "exact" -> new CudaExactness(report.golden, report.work, report.device).print();
      case "prepare" -> report.prepare();
      case "speed" -> report.speed();
      case "once" -> report.once();
      case "alternate" -> report.alternate();
      case "memory" -> report.memory();
      default -> throw new IllegalArgumentException("no step " + args[0]);
    }
  }

  /** Checkpoints of random weights, token ids for them, and our vectors to compare torch with. */
  private void prepare() throws IOException {
    for (String size : List.of("m3", "small", "reranker")) {
      Path folder = work.resolve(size);
      if (!Files.exists(folder.resolve("done"))) {
        CheckpointGenerator.main(new String[] {
          folder.toString(), "safetensors", golden.resolve("m3/tokenizer.json").toString(), size
        });
        Files.createFile(folder.resolve("done"));
      }
    }
    for (Model model : MODELS) {
      try (BgeEmbedder embedder = open(model)) {
        for (boolean mixed : new boolean[] {false, true}) {
          List<int[]> texts = texts(model, mixed);
          List<Embedding> answers =
              embedder.embedTokensAsync(texts, RequestOptions.bulk()).join();
          String file = model.name() + (mixed ? ".mixed" : ".passages");
          write(work.resolve(file + ".ids"), texts);
          try (DataOutputStream out = new DataOutputStream(
              new BufferedOutputStream(Files.newOutputStream(work.resolve(file + ".vectors"))))) {
            for (Embedding answer : answers) {
              out.writeInt(answer.dense().length);
              for (float component : answer.dense()) {
                out.writeFloat(component);
              }
            }
          }
        }
      }
    }
  }

  private static void write(Path file, List<int[]> texts) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (int[] text : texts) {
        out.writeInt(text.length);
        for (int id : text) {
          out.writeInt(id);
        }
      }
    }
  }

  private BgeEmbedder open(Model model) {
    return BgeEmbedder.builder()
        .model(ModelSource.directory(model.folder(work)))
        .device(device)
        .build();
  }

  /**
   * Random ids between the special tokens.
   *
   * @param mixed from 16 tokens to the model's limit, evenly in their logarithm; else as passages
   *     of a collection are, about 200 and at most 512
   */
  private static List<int[]> texts(Model model, boolean mixed) {
    SplittableRandom random = new SplittableRandom(model.hidden());
    Random normal = new Random(model.hidden());
    List<int[]> texts = new ArrayList<>();
    for (long left = model.tokens(); left > 0; ) {
      double length = mixed
          ? 16 * Math.pow(model.most() / 16.0, random.nextDouble())
          : Math.exp(5.2 + 0.5 * normal.nextGaussian());
      int[] text = new int[(int) Math.min(mixed ? model.most() : 512, Math.max(8, length))];
      Arrays.setAll(text, i -> random.nextInt(FIRST_ID, 1_000));
      text[0] = 0;
      text[text.length - 1] = 2;
      texts.add(text);
      left -= text.length;
    }
    return texts;
  }

  /** As the models' own executors are, but for who listens. */
  private static BatchExecutor executor(BatchListener listener) {
    return BatchExecutor.builder()
        .workers(2)
        .callersRun(false)
        .itemMakers(Runtime.getRuntime().availableProcessors())
        .maxQueuedItems(MAX_QUEUED)
        .listener(listener)
        .build();
  }

  private void speed() throws IOException {
    for (Model model : MODELS) {
      Runs runs = new Runs();
      try (BatchExecutor executor = executor(runs);
          BgeEmbedder embedder = BgeEmbedder.builder()
              .model(ModelSource.directory(model.folder(work)))
              .device(device)
              .executor(executor)
              .build()) {
        for (boolean mixed : new boolean[] {false, true}) {
          List<int[]> texts = texts(model, mixed);
          embedder.embedTokensAsync(texts, RequestOptions.bulk()).join();
          runs.clear();
          long start = System.nanoTime();
          embedder.embedTokensAsync(texts, RequestOptions.bulk()).join();
          double seconds = (System.nanoTime() - start) / 1e9;
          long tokens = texts.stream().mapToLong(text -> text.length).sum();
          double operations = texts.stream().mapToDouble(model::operations).sum();
          print(
              "%-6s %-9s ours: %.0f tokens/s, %.1f TFLOP/s, %s, card memory %s",
              model.name(),
              mixed ? "mixed" : "passages",
              tokens / seconds,
              operations / seconds / 1e12,
              runs,
              cardMemory());
        }
      }
    }
  }

  /** A run of each kind, for a profiler. */
  private void once() throws IOException {
    for (Model model : MODELS) {
      try (BgeEmbedder embedder = open(model)) {
        embedder
            .embedTokensAsync(texts(model, false).subList(0, 500), RequestOptions.bulk())
            .join();
      }
    }
  }

  /** An embedder and a reranker on one card, in turns: memory must not grow. */
  private void alternate() throws IOException {
    Model model = MODELS.get(0);
    List<int[]> all = texts(model, true);
    List<String> passages = Corpus.passages(64, 200);
    try (BatchExecutor executor = executor(BatchListener.NONE);
        BgeEmbedder embedder = BgeEmbedder.builder()
            .model(ModelSource.directory(model.folder(work)))
            .device(device)
            .executor(executor)
            .build();
        BgeReranker reranker = BgeReranker.builder()
            .model(ModelSource.directory(work.resolve("reranker")))
            .device(device)
            .executor(executor)
            .build()) {
      SplittableRandom random = new SplittableRandom(1);
      for (int round = 1; round <= ROUNDS; round++) {
        int from = random.nextInt(all.size() - 20);
        embedder
            .embedTokensAsync(all.subList(from, from + 20), RequestOptions.bulk())
            .join();
        reranker.rerank(passages.get(round % passages.size()), passages);
        if (round == 1 || round % 20 == 0) {
          print("round %3d: card memory %s, %s", round, cardMemory(), ProcessMemory.read());
        }
      }
    }
  }

  /** Too little memory for a full batch: the same vectors, in more runs. */
  private void memory() throws IOException {
    Model model = MODELS.get(0);
    List<int[]> texts = texts(model, false).subList(0, 400);
    List<Embedding> expected;
    try (BgeEmbedder embedder = open(model)) {
      expected = embedder.embedTokensAsync(texts, RequestOptions.bulk()).join();
    }
    for (int mebibytes : new int[] {1024, 256, 64}) {
      try (BgeEmbedder embedder = BgeEmbedder.builder()
          .model(ModelSource.directory(model.folder(work)))
          .device(device)
          .deviceMemoryLimit((long) mebibytes << 20)
          .build()) {
        List<Embedding> actual =
            embedder.embedTokensAsync(texts, RequestOptions.bulk()).join();
        double least = IntStream.range(0, texts.size())
            .mapToDouble(
                i -> JudgedCorpus.cosine(expected.get(i).dense(), actual.get(i).dense()))
            .min()
            .orElse(1);
        print(
            "%4d MiB for activations: least cosine %.6f, card %s", mebibytes, least, cardMemory());
      } catch (RuntimeException e) {
        print("%4d MiB for activations: %s", mebibytes, e);
      }
    }
  }

  private static String cardMemory() throws IOException {
    try {
      Process process = new ProcessBuilder(
              "nvidia-smi", "--query-compute-apps=pid,used_memory", "--format=csv,noheader")
          .start();
      String own = ProcessHandle.current().pid() + ",";
      try (BufferedReader lines = process.inputReader()) {
        return lines
            .lines()
            .filter(line -> line.startsWith(own))
            .map(line -> line.substring(own.length()).strip())
            .findFirst()
            .orElse("unknown");
      }
    } catch (IOException e) {
      return "unknown (no nvidia-smi)";
    }
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  /** Counts the runs of an executor. */
  private static final class Runs implements BatchListener {

    private long runs;
    private long cost;
    private long nanos;

    @Override
    public synchronized void batchRan(BatchReport report) {
      runs++;
      cost += report.cost();
      nanos += report.ran().toNanos();
    }

    synchronized void clear() {
      runs = 0;
      cost = 0;
      nanos = 0;
    }

    @Override
    public synchronized String toString() {
      return String.format(
          Locale.ROOT,
          "%d runs of %.0f tokens and %.1f ms each",
          runs,
          (double) cost / runs,
          nanos / 1e6 / runs);
    }
  }
}

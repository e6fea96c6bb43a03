package io.github.bge4j;

import com.google.gson.JsonSyntaxException;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.internal.text.JsonMutator;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Opens damaged model folders by the thousand and uses those that open. Damaged are configuration,
 * tokenizer, modules, weights of every form, ONNX exports, and the folder itself; in one to three
 * places. Arguments: see {@link Campaign#main}.
 */
public final class FolderCampaign {

  private static final int MAX_MESSAGE = 2_000;
  private static final int CASES_A_CACHE = 500;

  private static final List<String> TEXTS = List.of(
      "",
      " \t\n",
      "What is dense retrieval?",
      "Grüße 中文 ﬁ ½ ÀÉ \u0301 \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 \u0000 \u0001",
      "[CLS] [SEP] <s></s> <mask> [MASK] [UNK] <pad>",
      "word ".repeat(300));

  private static final float[] ODD_NUMBERS = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    -3e38f,
    1e30f,
    Float.MIN_VALUE,
    0
  };

  private final Map<String, Map<String, byte[]>> bases = new TreeMap<>();
  private final List<String> names;
  private final Path place;
  private final BatchExecutor executor = BatchExecutor.builder().workers(1).build();

  private FolderCampaign(Path place) throws IOException {
    this.place = Files.createTempDirectory(place, "folders");
    for (String prefix : List.of("st", "cross", "bert-vocab", "onnx", "xlmr")) {
      for (String name : SavedFolder.names(prefix).toList()) {
        bases.put(name, read(new SavedFolder(name).copyTo(this.place.resolve("bases"))));
      }
    }
    Map<String, byte[]> m3 = read(GoldenFiles.path("m3"));
    bases.put("m3", m3);
    Map<String, byte[]> torch = new TreeMap<>(m3);
    torch.remove("model.safetensors");
    torch.putAll(read(GoldenFiles.path("m3-torch")));
    bases.put("m3-torch", torch);
    Map<String, byte[]> reranker = new TreeMap<>(read(GoldenFiles.path("reranker-label0")));
    reranker.put("tokenizer.json", m3.get("tokenizer.json"));
    bases.put("reranker", reranker);
    names = List.copyOf(bases.keySet());
    delete(this.place.resolve("bases"));
  }

  public static void main(String[] args) throws Exception {
    if (args.length == 2) {
      Campaign.main(FolderCampaign.class, args, seed -> false);
      return;
    }
    FolderCampaign campaign = new FolderCampaign(Path.of(args[2]).resolveSibling(""));
    // The program halts, so that what a case left open cannot keep it.
    Campaign.main(FolderCampaign.class, args, campaign::run);
  }

  private boolean run(long seed) throws IOException {
    Random random = new Random(seed * 0x9e3779b97f4a7c15L + 1);
    Map<String, byte[]> files =
        new LinkedHashMap<>(bases.get(names.get(random.nextInt(names.size()))));
    Path folder = Files.createDirectory(place.resolve("case"));
    try {
      List<String> damaged = new ArrayList<>();
      for (int i = 1 + random.nextInt(3); i > 0 && !files.isEmpty(); i--) {
        List<String> all = List.copyOf(files.keySet());
        String name = all.get(random.nextInt(all.size()));
        if (random.nextInt(12) == 0) {
          files.remove(name);
          damaged.add(name);
        } else {
          files.put(name, damage(name, files, random));
        }
      }
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path path = folder.resolve(file.getKey());
        Files.createDirectories(path.resolveSibling(""));
        Files.write(path, file.getValue());
      }
      for (String name : damaged) {
        damageFolder(folder.resolve(name), random);
      }
      return open(folder);
    } finally {
      delete(folder);
      if (seed % CASES_A_CACHE == 0) {
        delete(place.resolve("cache"));
      }
    }
  }

  private static byte[] damage(String name, Map<String, byte[]> files, Random random) {
    byte[] bytes = Objects.requireNonNull(files.get(name));
    int kind = random.nextInt(10);
    if (kind == 0) {
      List<byte[]> others = List.copyOf(files.values());
      return others.get(random.nextInt(others.size()));
    }
    if (kind == 1 || bytes.length < 16) {
      return Arrays.copyOf(bytes, random.nextInt(2 * bytes.length + 8));
    }
    if (name.endsWith(".json") && kind < 9) {
      try {
        return JsonMutator.mutate(bytes, random);
      } catch (JsonSyntaxException e) {
        // It was damaged before; its bytes are damaged now.
      }
    }
    byte[] copy = bytes.clone();
    if (kind < 5) {
      // Headers are where it hurts: the first bytes, and the last of a zip.
      int near =
          1 + random.nextInt(Math.min(bytes.length, random.nextBoolean() ? 4096 : bytes.length));
      for (int i = 1 + random.nextInt(8); i > 0; i--) {
        int at = random.nextInt(near);
        copy[random.nextInt(4) == 0 ? bytes.length - 1 - at : at] = (byte) random.nextInt(256);
      }
    } else if (kind < 8) {
      ByteBuffer floats = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
      float odd = ODD_NUMBERS[random.nextInt(ODD_NUMBERS.length)];
      int at = random.nextInt(bytes.length / 4) * 4;
      for (int i = 1 + random.nextInt(64); i > 0 && at + 4 <= bytes.length; i--, at += 4) {
        floats.putFloat(at, odd);
      }
    } else {
      int length = random.nextInt(Math.min(512, bytes.length));
      System.arraycopy(
          bytes,
          random.nextInt(bytes.length - length),
          copy,
          random.nextInt(bytes.length - length),
          length);
    }
    return copy;
  }

  /** A file that is gone, or something else in its place. */
  private static void damageFolder(Path file, Random random) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    switch (random.nextInt(5)) {
      case 0 -> Files.createDirectory(file);
      case 1 -> Files.createSymbolicLink(file, Path.of("nowhere"));
      case 2 -> Files.createSymbolicLink(file, file.getFileName());
      case 3 -> Files.createSymbolicLink(file, Path.of("."));
      default -> {} // It stays away.
    }
  }

  private boolean open(Path folder) {
    boolean embeds = typed(() -> {
      try (BgeEmbedder embedder = BgeEmbedder.builder()
          .model(ModelSource.directory(folder))
          .executor(executor)
          .cacheDirectory(place.resolve("cache"))
          .build()) {
        for (String text : TEXTS) {
          typed(() -> check(embedder, text));
        }
        typed(() -> check(embedder, TEXTS.get(2), InputType.QUERY));
      }
    });
    boolean reranks = typed(() -> {
      try (BgeReranker reranker = BgeReranker.builder()
          .model(ModelSource.directory(folder))
          .executor(executor)
          .cacheDirectory(place.resolve("cache"))
          .build()) {
        for (String text : TEXTS) {
          typed(() -> require(Double.isFinite(reranker.score(TEXTS.get(2), text)), "a score"));
        }
      }
    });
    return embeds || reranks;
  }

  /** Returns whether nothing was thrown; anything but the library's own exceptions gets out. */
  private static boolean typed(Runnable call) {
    try {
      call.run();
      return true;
    } catch (BgeException e) {
      String message = String.valueOf(e.getMessage());
      require(!message.equals("null") && message.length() < MAX_MESSAGE, "a message: " + message);
      return false;
    }
  }

  private static void check(BgeEmbedder embedder, String text) {
    check(embedder, text, InputType.PASSAGE);
  }

  private static void check(BgeEmbedder embedder, String text, InputType type) {
    Output[] outputs = embedder.outputs().toArray(Output[]::new);
    Embedding embedding = embedder.embed(List.of(text), type, outputs).get(0);
    require(embedding.tokenCount() <= embedder.maxTokens(), "the number of tokens");
    float[] dense = embedding.dense();
    require(dense.length == embedder.dimension() && isFinite(dense), "a dense vector");
    if (embedder.outputs().contains(Output.SPARSE)) {
      require(isFinite(embedding.lexicalWeights().values()), "lexical weights");
    }
    if (embedder.outputs().contains(Output.MULTI_VECTOR)) {
      float[][] rows = embedding.multiVector().toArray();
      require(rows.length == embedding.tokenCount() - 1, "rows");
      for (float[] row : rows) {
        require(isFinite(row), "a row");
      }
    }
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("wrong: " + what);
    }
  }

  private static Map<String, byte[]> read(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (!name.startsWith("expected") && !name.equals("README.md")) {
          files.put(name, Files.readAllBytes(file));
        }
      }
    }
    return files;
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}

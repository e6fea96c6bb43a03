package io.github.bge4j.internal.text;

import io.github.bge4j.ModelException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Opens damaged tokenizers by the thousand and uses those that open, in processes of their own: a
 * journal of the running case outlives a process that the native library ends.
 *
 * <p>Arguments of the program: first seed, number of seeds. A seed is one file; run one alone to
 * see what it does.
 */
public final class TokenizerCampaign {

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int HUNG = 3;

  private static final List<String> TEXTS = List.of(
      "",
      " ",
      "\u0001",
      "\u0001a\u0002b",
      "Hello, world! don't \u00e9te\u0301 \u4e2d\u6587 \uac00 \ufb01 \u00bd \u337f \ufdfa",
      "<mask> <mask><mask>  [MASK]<s></s> [CLS]x",
      "\u0600\u0301\u200d\ufeff\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 \ud83c\udde9\ud83c\uddea",
      "a".repeat(3000),
      "a b\u3000".repeat(500),
      "e\u0301".repeat(700),
      "e" + "\u0301".repeat(1500),
      "\u0e01\u0e33\r\n\t\u2028\u0000z");

  private TokenizerCampaign() {}

  /** Runs seeds in other processes and returns what went wrong, with the seeds. */
  static List<String> run(long first, long count, Path journal) throws Exception {
    List<String> failures = new ArrayList<>();
    long next = first;
    while (next < first + count) {
      Path log = journal.resolveSibling("campaign.log");
      Process child = new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx256m",
              "-XX:TieredStopAtLevel=1",
              "-cp",
              System.getProperty("java.class.path"),
              TokenizerCampaign.class.getName(),
              Long.toString(next),
              Long.toString(first + count - next),
              journal.toString())
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
      int code = child.waitFor();
      String said = Files.readString(log);
      said.lines().filter(line -> line.startsWith("FAILED")).forEach(failures::add);
      if (code == 0) {
        said.lines().filter(line -> line.startsWith("done")).forEach(System.out::println);
        break;
      }
      long seed = at(journal).getLong(0);
      failures.add((code == HUNG ? "HUNG " : "DIED with " + code + " ") + seed + ": "
          + said.lines().filter(line -> line.contains("panicked")).findFirst().orElse(""));
      next = seed + 1;
    }
    return failures;
  }

  /** The parent without a journal, a child with one. */
  public static void main(String[] args) throws Exception {
    long first = Long.parseLong(args[0]);
    long count = Long.parseLong(args[1]);
    if (args.length == 2) {
      Path folder = Files.createTempDirectory("bge-campaign");
      run(first, count, folder.resolve("journal")).forEach(System.out::println);
      return;
    }
    MappedByteBuffer journal = at(Path.of(args[2]));
    long[] started = {System.nanoTime()};
    watch(journal);
    int opened = 0;
    for (long seed = first; seed < first + count; seed++) {
      journal.putLong(8, System.nanoTime());
      journal.putLong(0, seed);
      if (runOne(seed)) {
        opened++;
      }
    }
    Path status = Path.of("/proc/self/status");
    String memory = !Files.exists(status)
        ? ""
        : Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmHWM"))
            .findFirst()
            .orElse("");
    System.out.printf(
        "done: %d files, %d of them opened, %d s, %s%n",
        count, opened, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started[0]), memory);
    Runtime.getRuntime().halt(0);
  }

  private static MappedByteBuffer at(Path journal) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
      return file.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, 16);
    }
  }

  private static void watch(MappedByteBuffer journal) {
    Thread watch = new Thread(
        () -> {
          while (true) {
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            if (System.nanoTime() - journal.getLong(8) > LIMIT.toNanos()) {
              Runtime.getRuntime().halt(HUNG);
            }
          }
        },
        "campaign-watch");
    watch.setDaemon(true);
    watch.start();
  }

  static byte[] file(long seed) {
    Random random = new Random(seed * 0x9e3779b97f4a7c15L);
    String base = TokenizerBases.NAMES.get(random.nextInt(TokenizerBases.NAMES.size()));
    return JsonMutator.mutate(TokenizerBases.read(base), random);
  }

  /** Returns whether the file opened. */
  private static boolean runOne(long seed) {
    try {
      TokenizerFile file = TokenizerFile.read(file(seed), "damaged");
      try (Tokenizer tokenizer = HuggingFaceTokenizer.open(file)) {
        use(tokenizer, file, new Random(seed));
      }
      return true;
    } catch (ModelException e) {
      if (String.valueOf(e.getMessage()).length() > 1000) {
        System.out.println("FAILED " + seed + ": a message without bounds");
      }
      return false;
    } catch (RuntimeException | Error e) {
      System.out.println("FAILED " + seed + ": " + e);
      return false;
    }
  }

  private static void use(Tokenizer tokenizer, TokenizerFile file, Random random) {
    List<String> texts = new ArrayList<>(TEXTS);
    List<String> tokens = List.copyOf(file.ids().keySet());
    StringBuilder own = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      own.append(tokens.get(random.nextInt(tokens.size()))).append(i % 3 == 0 ? " " : "");
    }
    texts.add(own.toString());
    TextEncoder encoder = new TextEncoder(tokenizer, 512);
    for (String text : texts) {
      for (int id : encoder.encode(text).ids()) {
        if (id < 0 || id >= file.size()) {
          throw new IllegalStateException("id " + id + " of " + file.size());
        }
      }
    }
    try {
      tokenizer.pairTemplate();
    } catch (ModelException e) {
      // For embedders such a file will do.
    }
    for (int id : new int[] {0, 1, 2, file.size() - 1, file.size(), random.nextInt(file.size())}) {
      tokenizer.decode(id);
    }
  }
}

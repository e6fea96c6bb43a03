package io.github.bge4j;

import com.sun.management.OperatingSystemMXBean;
import io.github.bge4j.testing.Seeds;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs cases by the thousand in processes of their own: a journal of the running case outlives a
 * process that native code ends. A case is a seed; run one alone to see what it does.
 */
public final class Campaign {

  /** Of the process's CPU time, as machines are shared; a case that waits for ever ends as well. */
  private static final Duration CPU_LIMIT = Duration.ofSeconds(5);

  private static final Duration WALL_LIMIT = Duration.ofSeconds(30);
  private static final int HUNG = 3;

  private Campaign() {}

  /** One case. */
  public interface Case {

    /** Returns whether what was damaged opened; throws if anything happens that may not. */
    boolean run(long seed) throws Exception;
  }

  /** Runs seeds of a program in other processes and returns what went wrong, with the seeds. */
  public static List<String> run(Class<?> program, Seeds seeds, Path journal) throws Exception {
    List<String> failures = new ArrayList<>();
    long end = seeds.first() + seeds.count();
    long next = seeds.first();
    while (next < end) {
      Path log = journal.resolveSibling("campaign.log");
      Process child = new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx256m",
              "-XX:TieredStopAtLevel=1",
              "-cp",
              System.getProperty("java.class.path"),
              program.getName(),
              Long.toString(next),
              Long.toString(end - next),
              journal.toString())
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
      int code = child.waitFor();
      List<String> said = Files.readAllLines(log);
      said.stream().filter(line -> line.startsWith("FAILED")).forEach(failures::add);
      if (code == 0) {
        said.stream().filter(line -> line.startsWith("done")).forEach(System.out::println);
        break;
      }
      long seed = at(journal).getLong(0);
      failures.add((code == HUNG ? "HUNG " : "DIED with " + code + " ") + seed + ": "
          + said.stream().filter(line -> line.contains("panicked")).findFirst().orElse(""));
      next = seed + 1;
    }
    return failures;
  }

  /**
   * The main method of a program. Arguments: first seed, number of seeds; and a journal, in a
   * child.
   */
  public static void main(Class<?> program, String[] args, Case runner) throws Exception {
    long first = Long.parseLong(args[0]);
    long count = Long.parseLong(args[1]);
    if (args.length == 2) {
      Path folder = Files.createTempDirectory("bge-campaign");
      run(program, new Seeds(first, count), folder.resolve("journal")).forEach(System.out::println);
      return;
    }
    MappedByteBuffer journal = at(Path.of(args[2]));
    long start = System.nanoTime();
    watch(journal);
    int opened = 0;
    for (long seed = first; seed < first + count; seed++) {
      journal.putLong(16, cpuNanos());
      journal.putLong(8, System.nanoTime());
      journal.putLong(0, seed);
      try {
        opened += runner.run(seed) ? 1 : 0;
      } catch (Exception | Error e) {
        System.out.println("FAILED " + seed + ": " + e);
        e.printStackTrace(System.out);
      }
    }
    System.out.printf(
        "done: %d cases, %d of them opened, %d s, %s%n",
        count, opened, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), memory());
    Runtime.getRuntime().halt(0);
  }

  private static String memory() throws IOException {
    Path status = Path.of("/proc/self/status");
    return !Files.exists(status)
        ? ""
        : String.join(
            " ",
            Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM") || line.startsWith("VmRSS"))
                .toList());
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static MappedByteBuffer at(Path journal) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
      return file.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, 24);
    }
  }

  private static void watch(MappedByteBuffer journal) {
    Thread watch = new Thread(
        () -> {
          while (true) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            if (System.nanoTime() - journal.getLong(8) > WALL_LIMIT.toNanos()
                || cpuNanos() - journal.getLong(16) > CPU_LIMIT.toNanos()) {
              Runtime.getRuntime().halt(HUNG);
            }
          }
        },
        "campaign-watch");
    watch.setDaemon(true);
    watch.start();
  }
}

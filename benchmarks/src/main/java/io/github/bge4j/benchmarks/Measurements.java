package io.github.bge4j.benchmarks;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the rounds gave, in a file of JSON lines, so that a later start goes on where this one
 * stopped.
 */
final class Measurements {

  /** The figures of one engine in one round, by their names; one that failed has none. */
  record Measurement(String engine, int round, Map<String, Double> figures, String failure) {}

  /** The middle, least and greatest of the rounds. */
  record Spread(double median, double least, double most) {

    String format(int digits) {
      String number = "%." + digits + "f";
      if (least == most) {
        return String.format(Locale.ROOT, number, median);
      }
      return String.format(
          Locale.ROOT, number + " (" + number + " to " + number + ")", median, least, most);
    }
  }

  private static final Gson GSON = new Gson();

  private final Path file;
  private final List<Measurement> all = new ArrayList<>();

  Measurements(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        all.add(GSON.fromJson(line, Measurement.class));
      }
    }
  }

  void add(Measurement measurement) throws IOException {
    all.add(measurement);
    Files.writeString(
        file,
        GSON.toJson(measurement) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  List<Measurement> all() {
    return List.copyOf(all);
  }

  boolean has(String engine, int round) {
    return all.stream().anyMatch(m -> m.engine().equals(engine) && m.round() == round);
  }

  /** Returns why an engine failed, or an empty string. */
  String failure(String engine) {
    return all.stream()
        .filter(m -> m.engine().equals(engine))
        .map(Measurement::failure)
        .filter(failure -> !failure.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** Returns whether a round has the figure. */
  boolean has(String engine, String figure) {
    return all.stream().anyMatch(m -> m.engine().equals(engine) && m.figures().containsKey(figure));
  }

  /** Returns the spread of a figure, of zeros if no round has it. */
  Spread spread(String engine, String figure) {
    double[] sorted = all.stream()
        .filter(m -> m.engine().equals(engine) && m.figures().containsKey(figure))
        .mapToDouble(m -> m.figures().get(figure))
        .sorted()
        .toArray();
    if (sorted.length == 0) {
      return new Spread(0, 0, 0);
    }
    double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }
}

package io.github.bge4j;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A graph without cycles, drawn in layers as SVG: whoever uses another lies above it, and an arrow
 * that follows from others is left out. The same graph gives the same text. Not thread-safe.
 */
final class LayeredDrawing {

  /**
   * A box.
   *
   * @param name its first line, and how others know it
   * @param lines below the name
   * @param look its class in the style sheet
   * @param uses the names of the boxes it uses
   */
  record Box(String name, List<String> lines, String look, Set<String> uses) {}

  private static final int SWEEPS = 24;
  private static final int GAP = 18;
  private static final int LINE = 15;
  private static final int PADDING = 9;

  /** The width of a letter in the font that is widest. */
  private static final int LETTER = 7;

  private static final int BOLD_LETTER = 9;

  /** Room for a line that passes a layer. */
  private static final int PASSAGE = 10;

  private final NavigableMap<String, Box> boxes = new TreeMap<>();
  private final int between;
  private final Map<String, Integer> levels = new HashMap<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** From a box or a passage to those one layer below. */
  private final Map<String, Set<String>> down = new LinkedHashMap<>();

  private final Map<String, Integer> centres = new HashMap<>();
  private final Map<Integer, Integer> tops = new HashMap<>();

  /**
   * Lays the boxes out.
   *
   * @param between the height between two layers
   */
  LayeredDrawing(List<Box> all, int between) {
    this.between = between;
    all.forEach(box -> boxes.put(box.name(), box));
    boxes.keySet().forEach(this::level);
    int highest = levels.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    for (int level = 0; level <= highest; level++) {
      int layer = level;
      rows.add(new ArrayList<>(
          boxes.keySet().stream().filter(name -> level(name) == layer).toList()));
    }
    boxes.keySet().forEach(name -> needed(name).forEach(used -> connect(name, used)));
    order();
  }

  private int level(String name) {
    Integer known = levels.get(name);
    if (known == null) {
      known = box(name).uses().stream().mapToInt(this::level).max().orElse(-1) + 1;
      levels.put(name, known);
    }
    return known;
  }

  private Box box(String name) {
    Box box = boxes.get(name);
    if (box == null) {
      throw new IllegalArgumentException("every box must be given: there is no " + name);
    }
    return box;
  }

  /** What a box uses and does not reach through another. */
  private Set<String> needed(String name) {
    Set<String> needed = new TreeSet<>(box(name).uses());
    box(name).uses().forEach(used -> needed.removeAll(reached(used)));
    return needed;
  }

  private Set<String> reached(String name) {
    Set<String> reached = new TreeSet<>(box(name).uses());
    box(name).uses().forEach(used -> reached.addAll(reached(used)));
    return reached;
  }

  private void connect(String from, String to) {
    String upper = from;
    for (int level = levels.getOrDefault(from, 0) - 1;
        level > levels.getOrDefault(to, 0);
        level--) {
      String passage = from + ">" + to + "@" + level;
      rows.get(level).add(passage);
      levels.put(passage, level);
      down.computeIfAbsent(upper, unused -> new TreeSet<>()).add(passage);
      upper = passage;
    }
    down.computeIfAbsent(upper, unused -> new TreeSet<>()).add(to);
  }

  private Stream<String> neighbours(String name, boolean below) {
    return below
        ? down.getOrDefault(name, Set.of()).stream()
        : down.entrySet().stream()
            .filter(entry -> entry.getValue().contains(name))
            .map(Map.Entry::getKey);
  }

  /** Each goes where its neighbours are on average, downwards and upwards in turns. */
  private void order() {
    rows.forEach(this::place);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      boolean below = sweep % 2 == 0;
      for (int i = 0; i < rows.size(); i++) {
        List<String> row = rows.get(below ? i : rows.size() - 1 - i);
        Map<String, Double> wanted = new HashMap<>();
        row.forEach(name -> wanted.put(
            name,
            neighbours(name, below)
                .mapToInt(other -> centres.getOrDefault(other, 0))
                .average()
                .orElse(centres.getOrDefault(name, 0))));
        row.sort(Comparator.comparingDouble((String name) -> wanted.getOrDefault(name, 0.0))
            .thenComparing(Comparator.naturalOrder()));
        place(row);
      }
    }
  }

  private int widthOf(String name) {
    Box box = boxes.get(name);
    if (box == null) {
      return PASSAGE;
    }
    int text =
        box.lines().stream().mapToInt(line -> line.length() * LETTER).max().orElse(0);
    return 2 * PADDING + Math.max(text, box.name().length() * BOLD_LETTER);
  }

  private int widthOf(List<String> row) {
    return row.stream().mapToInt(name -> widthOf(name) + GAP).sum() - GAP;
  }

  int width() {
    return rows.stream().mapToInt(this::widthOf).max().orElse(0);
  }

  private void place(List<String> row) {
    int x = (width() - widthOf(row)) / 2;
    for (String name : row) {
      centres.put(name, x + widthOf(name) / 2);
      x += widthOf(name) + GAP;
    }
  }

  private int heightOf(List<String> row) {
    return row.stream()
        .filter(boxes::containsKey)
        .mapToInt(name -> PADDING * 2 + LINE * (1 + box(name).lines().size()))
        .max()
        .orElse(0);
  }

  int height() {
    return rows.stream().mapToInt(this::heightOf).sum() + between * (rows.size() - 1);
  }

  /** Returns the drawing as a group. */
  String svg(int left, int top) {
    int y = 0;
    for (int level = rows.size() - 1; level >= 0; level--) {
      tops.put(level, y);
      y += heightOf(rows.get(level)) + between;
    }
    StringBuilder svg = new StringBuilder();
    svg.append(String.format(Locale.ROOT, "<g transform=\"translate(%d %d)\">%n", left, top));
    down.forEach((from, all) -> all.forEach(to -> svg.append(line(from, to))));
    boxes.values().forEach(box -> svg.append(drawn(box)));
    return svg.append("</g>\n").toString().replace("\r", "");
  }

  private int top(String name) {
    return tops.getOrDefault(levels.getOrDefault(name, 0), 0);
  }

  private int bottom(String name) {
    return top(name) + heightOf(rows.get(levels.getOrDefault(name, 0)));
  }

  private String line(String from, String to) {
    int x = centres.getOrDefault(from, 0);
    int end = centres.getOrDefault(to, 0);
    int y = bottom(from);
    int endY = top(to);
    boolean arrives = boxes.containsKey(to);
    String passing = arrives ? "" : " V " + bottom(to);
    return String.format(
        Locale.ROOT,
        "<path d=\"M %d %d C %d %d %d %d %d %d%s\"%s/>%n",
        x,
        y,
        x,
        (y + endY) / 2,
        end,
        (y + endY) / 2,
        end,
        arrives ? endY - 4 : endY,
        passing,
        arrives ? " marker-end=\"url(#head)\"" : "");
  }

  private String drawn(Box box) {
    int level = levels.getOrDefault(box.name(), 0);
    int centre = centres.getOrDefault(box.name(), 0);
    int y = tops.getOrDefault(level, 0);
    int width = widthOf(box.name());
    StringBuilder svg = new StringBuilder();
    svg.append(String.format(
        Locale.ROOT,
        "<g class=\"%s\"><title>%s</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\""
            + " rx=\"5\"/><text class=\"name\" x=\"%d\" y=\"%d\">%s</text>",
        box.look(),
        box.name() + " uses " + (box.uses().isEmpty() ? "none" : String.join(", ", box.uses())),
        centre - width / 2,
        y,
        width,
        heightOf(rows.get(level)),
        centre,
        y + PADDING + 11,
        box.name()));
    IntStream.range(0, box.lines().size())
        .forEach(i -> svg.append(String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\">%s</text>",
            centre,
            y + PADDING + 11 + LINE * (i + 1),
            box.lines().get(i))));
    return svg.append("</g>\n").toString();
  }
}

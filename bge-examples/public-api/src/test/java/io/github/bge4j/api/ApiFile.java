package io.github.bge4j.api;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The API of a module at its last release and now, and their text: a line an element, those of a
 * type below it, with + for what is new since the release, and - for what is gone.
 *
 * @param released at the last release
 * @param current now
 */
record ApiFile(SortedSet<ApiElement> released, SortedSet<ApiElement> current) {

  private static final String COMMENT =
      "# The public API; + is new since the last release, - is gone (docs/api-policy.md).";

  private static final Pattern TYPE = Pattern.compile("(?:class|interface|module) ([\\w.]+)");

  /** Reads what {@link #format} wrote. */
  static ApiFile parse(String content) {
    SortedSet<ApiElement> released = new TreeSet<>();
    SortedSet<ApiElement> current = new TreeSet<>();
    String type = "";
    for (String line : content.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String text = line.substring(1).strip();
      boolean isType = !line.startsWith("   ", 1);
      if (isType) {
        Matcher matcher = TYPE.matcher(text);
        if (!matcher.find()) {
          throw new IllegalArgumentException("a line must be a type, or indented: " + line);
        }
        type = matcher.group(1);
      }
      ApiElement element = new ApiElement(type, text, isType);
      if (line.charAt(0) != '+') {
        released.add(element);
      }
      if (line.charAt(0) != '-') {
        current.add(element);
      }
    }
    return new ApiFile(released, current);
  }

  String format() {
    SortedSet<ApiElement> all = new TreeSet<>(released);
    all.addAll(current);
    StringBuilder text = new StringBuilder(COMMENT).append('\n');
    for (ApiElement element : all) {
      char mark = !released.contains(element) ? '+' : !current.contains(element) ? '-' : ' ';
      text.append(mark)
          .append(element.isType() ? " " : "   ")
          .append(element.text())
          .append('\n');
    }
    return text.toString();
  }

  /**
   * Returns what code that was written for the last release may miss: what is gone (of a type that
   * is gone, only the type), and of a type that was there and that others can implement, new
   * abstract methods, and new supertypes, which may bring some.
   */
  List<ApiElement> incompatible() {
    Stream<ApiElement> gone = released.stream()
        .filter(element -> !current.contains(element))
        .filter(element -> element.isType() || has(current, element.type()));
    Stream<ApiElement> demanded = current.stream()
        .filter(element -> !released.contains(element))
        .filter(element -> element.isAbstract()
            ? has(released, element.type())
            : element.isSupertype() && isImplementable(element.type()));
    return Stream.concat(gone, demanded).toList();
  }

  private boolean isImplementable(String type) {
    return released.stream().anyMatch(e -> e.type().equals(type) && e.isImplementable());
  }

  private static boolean has(SortedSet<ApiElement> api, String type) {
    return api.stream().anyMatch(element -> element.isType() && element.type().equals(type));
  }
}

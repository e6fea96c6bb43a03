package io.github.bge4j.api;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The API of a folder of class files, as {@code javap} writes it: public types, and types that they
 * extend, with their public and protected members; and of a module what it exports and opens to all
 * and requires for them. Packages named {@code internal} have none. What every object has is left
 * out; annotations and {@code sealed} are not seen.
 */
final class ClassFiles {

  private static final Pattern TYPE = Pattern.compile("(?:class|interface) ([\\w.$]+)");
  private static final Pattern OF_EVERY_OBJECT =
      Pattern.compile(".* (toString\\(\\)|hashCode\\(\\)|equals\\(Object\\))|static \\{}");

  private static final Pattern MODULE = Pattern.compile("((?:open )?module ([\\w.]+))(?:@.*)? \\{");
  private static final Pattern OF_MODULE =
      Pattern.compile("  ((?:exports|opens|requires (?:static )?transitive) [\\w.]+)(?:@.*)?;");
  private static final Pattern DEFAULT = Pattern.compile(
      "^  (\\S.*);\n    descriptor: .*\n    flags: .*\n    AnnotationDefault:", Pattern.MULTILINE);

  private final Map<String, Type> types = new TreeMap<>();

  /** A type with its lines; the name has {@code $} before a nested one. */
  private record Type(
      String name, boolean isPublic, List<String> supertypes, List<ApiElement> elements) {}

  private ClassFiles() {}

  /** Returns the API of a folder, its packages' roots. */
  static SortedSet<ApiElement> api(Path folder) throws IOException {
    ClassFiles files = new ClassFiles();
    files.read(folder);
    SortedSet<ApiElement> api = module(folder.resolve("module-info.class"));
    files.types.values().stream()
        .filter(files::isAccessible)
        .forEach(type -> files.take(type, api));
    return api;
  }

  /** Returns the lines of a module, or none if there is none. */
  private static SortedSet<ApiElement> module(Path file) {
    SortedSet<ApiElement> elements = new TreeSet<>();
    String lines = Files.exists(file) ? javap(List.of(file.toString())) : "";
    Matcher module = MODULE.matcher(lines);
    if (module.find()) {
      String name = module.group(2);
      elements.add(new ApiElement(name, module.group(1), true));
      OF_MODULE
          .matcher(lines)
          .results()
          .forEach(line -> elements.add(new ApiElement(name, line.group(1), false)));
    }
    return elements;
  }

  private void read(Path folder) throws IOException {
    List<String> args = new ArrayList<>(List.of("-protected", "-constants"));
    try (Stream<Path> found = Files.walk(folder)) {
      found
          .filter(file -> file.toString().endsWith(".class"))
          .filter(file -> !file.endsWith("module-info.class"))
          .filter(file -> !file.endsWith("package-info.class"))
          .filter(file -> !isInternal(folder.relativize(file)))
          .map(Path::toString)
          .forEach(args::add);
    }
    parse(javap(args));
    types.values().stream()
        .filter(type -> type.supertypes().contains("java.lang.annotation.Annotation"))
        .forEach(type -> markDefaults(folder, type));
  }

  /** Only the long form tells which elements of an annotation have default values. */
  private static void markDefaults(Path folder, Type type) {
    String file = folder.resolve(type.name().replace('.', '/') + ".class").toString();
    List<String> defaults = DEFAULT
        .matcher(javap(List.of("-verbose", file)))
        .results()
        .map(line -> readable(line.group(1)))
        .toList();
    type.elements()
        .replaceAll(element -> defaults.contains(element.text())
            ? new ApiElement(element.type(), element.text() + " default", false)
            : element);
  }

  private static String javap(List<String> args) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    int exit = ToolProvider.findFirst("javap")
        .orElseThrow(() -> new IllegalStateException("javap must be in the JDK; use a whole one"))
        .run(writer, writer, args.toArray(String[]::new));
    if (exit != 0) {
      throw new IllegalStateException("javap must read " + args + ": " + out);
    }
    return out.toString().replace("\r\n", "\n");
  }

  private static boolean isInternal(Path file) {
    return StreamSupport.stream(file.spliterator(), false)
        .anyMatch(part -> part.endsWith("internal"));
  }

  private void parse(String javap) {
    Type type = null;
    for (String line : javap.lines().toList()) {
      if (line.endsWith(" {")) {
        type = header(line.substring(0, line.length() - 2));
        types.put(type.name(), type);
      } else if (line.startsWith("  ") && type != null) {
        String text = readable(line.strip().replaceFirst(";$", ""));
        if (!OF_EVERY_OBJECT.matcher(text).matches()) {
          type.elements().add(new ApiElement(readable(type.name()), text, false));
        }
      }
    }
  }

  private static Type header(String header) {
    List<String> parts = split(header, " implements ");
    List<String> head = split(parts.get(0), " extends ");
    Matcher matcher = TYPE.matcher(head.get(0));
    if (!matcher.find()) {
      throw new IllegalStateException("javap must write class or interface: " + header);
    }
    String name = matcher.group(1);
    Type type = new Type(name, header.startsWith("public "), new ArrayList<>(), new ArrayList<>());
    type.elements().add(new ApiElement(readable(name), readable(head.get(0)), true));
    supertypes(type, "extends ", head);
    supertypes(type, "implements ", parts);
    return type;
  }

  private static void supertypes(Type type, String word, List<String> parts) {
    for (String list : parts.subList(1, parts.size())) {
      for (String supertype : split(list, ",")) {
        type.supertypes().add(supertype.strip().replaceFirst("<.*", ""));
        type.elements()
            .add(new ApiElement(readable(type.name()), readable(word + supertype.strip()), false));
      }
    }
  }

  /** Splits a text at what stands outside of all angle brackets. */
  private static List<String> split(String text, String separator) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '<' ? 1 : c == '>' ? -1 : 0;
      if (depth == 0 && text.startsWith(separator, i)) {
        parts.add(text.substring(start, i));
        start = i + separator.length();
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static String readable(String text) {
    return text.replace('$', '.').replaceAll("\\bjava\\.lang\\.(?=[A-Z])", "");
  }

  private boolean isAccessible(Type type) {
    int outer = type.name().lastIndexOf('$');
    Type around = outer < 0 ? null : types.get(type.name().substring(0, outer));
    return type.isPublic() && (around == null || isAccessible(around));
  }

  /** Takes a type with those that it extends: their members are its own, whoever may name them. */
  private void take(Type type, SortedSet<ApiElement> api) {
    api.addAll(type.elements());
    for (String supertype : type.supertypes()) {
      Type of = types.get(supertype);
      if (of != null && !api.contains(of.elements().get(0))) {
        take(of, api);
      }
    }
  }
}

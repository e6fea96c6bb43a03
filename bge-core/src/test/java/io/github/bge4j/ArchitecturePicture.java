package io.github.bge4j;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.bge4j.testing.Page;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** The picture of modules and rooms, drawn from their POMs and class files. */
final class ArchitecturePicture {

  private static final String GROUP = "io.github.bge4j";
  private static final int MARGIN = 24;
  private static final int TITLE = 64;

  /** What a room is for, where its package says more than fits or is three rooms. */
  private static final Map<String, String> SAID = Map.of(
      "models",
      "Embedder and reranker: calls to results",
      "files",
      "What opens the files of a model",
      "batching",
      "Items of many callers to batches",
      "sparse",
      "Lexical weights to sparse vectors",
      "hub",
      "Names of models to folders on disk",
      "internal",
      "No run after a close");

  /** Libraries that stand behind a seam, by the package that begins their names. */
  private static final NavigableMap<String, String> LIBRARIES = new TreeMap<>(Map.of(
      "ai.djl", "Hugging Face tokenizers",
      "ai.onnxruntime", "ONNX Runtime",
      "com.google.gson", "gson",
      "java.net.HttpURLConnection", "HTTP"));

  private ArchitecturePicture() {}

  /** Draws the picture as SVG. */
  static String draw() throws IOException, SAXException, ParserConfigurationException {
    LayeredDrawing modules = new LayeredDrawing(modules(), 40);
    LayeredDrawing rooms = new LayeredDrawing(rooms(), 28);
    int width = Math.max(modules.width(), rooms.width()) + 2 * MARGIN;
    int second = TITLE + modules.height() + MARGIN * 2;
    int height = second + TITLE + rooms.height() + MARGIN;
    return String.format(
        Locale.ROOT,
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" role="img">
        <title>The modules of bge4j, and the rooms of its core</title>
        <style>
        text { font: 12px Helvetica, Arial, sans-serif; text-anchor: middle; fill: #57606a }
        .name { font-size: 13px; font-weight: bold; fill: #1f2328 }
        .head { font-size: 15px; font-weight: bold; fill: #1f2328; text-anchor: start }
        .said { text-anchor: start }
        rect { stroke: #afb8c1; fill: #f6f8fa }
        .core rect { stroke: #54aeff; fill: #ddf4ff }
        .published rect { stroke: #4ac26b; fill: #dafbe1 }
        path { stroke: #8c959f; stroke-width: 1.3; fill: none }
        </style>
        <defs><marker id="head" viewBox="0 0 8 8" refX="5" refY="4" markerWidth="7"
        markerHeight="7" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z" style="fill: #8c959f;
        stroke: none"/></marker></defs>
        <rect width="%1$d" height="%2$d" style="fill: #ffffff; stroke: none"/>
        <text class="head" x="%3$d" y="26">Modules</text>
        <text class="said" x="%3$d" y="45">An arrow: uses, if no other arrows say so already. \
        Blue: the library. Green: published integrations. Grey: programs, never published.</text>
        %4$s<text class="head" x="%3$d" y="%5$d">Rooms of bge-core, bge-batching and bge-sparse\
        </text>
        <text class="said" x="%3$d" y="%6$d">Blue: exported; the API's package is two rooms, and \
        its options and exceptions, which all rooms know, are left out. Grey: internal.</text>
        %7$s</svg>
        """,
        width,
        height,
        MARGIN,
        modules.svg((width - modules.width()) / 2, TITLE),
        second + 26,
        second + 45,
        rooms.svg((width - rooms.width()) / 2, second + TITLE));
  }

  private static List<LayeredDrawing.Box> modules()
      throws IOException, SAXException, ParserConfigurationException {
    Map<String, Set<String>> uses = new TreeMap<>();
    Map<String, Boolean> published = new HashMap<>();
    for (Path pom : Page.files("pom.xml")) {
      Element project = xml(pom);
      String name = text(project, "artifactId");
      boolean ours = !children(project, "parent").isEmpty();
      uses.put(name, ours ? used(project) : Set.of());
      published.put(name, isPublished(project));
    }
    Set<String> drawn = new TreeSet<>();
    uses.forEach((name, all) -> {
      if (!all.isEmpty()) {
        drawn.add(name);
        drawn.addAll(all);
      }
    });
    return drawn.stream()
        .map(name -> new LayeredDrawing.Box(
            name,
            List.of(),
            name.matches("bge-(core|cuda|sparse|batching)")
                ? "core"
                : published.getOrDefault(name, false) ? "published" : "program",
            uses.getOrDefault(name, Set.of())))
        .toList();
  }

  /** Without what only tests use. */
  private static Set<String> used(Element project) {
    Set<String> used = new TreeSet<>();
    for (Element dependencies : children(project, "dependencies")) {
      for (Element each : children(dependencies, "dependency")) {
        if (text(each, "groupId").equals(GROUP) && !text(each, "scope").equals("test")) {
          used.add(text(each, "artifactId"));
        }
      }
    }
    return used;
  }

  private static boolean isPublished(Element project) {
    return children(project, "properties").stream()
        .anyMatch(properties -> text(properties, "unpublished").equals("false"));
  }

  private static Element xml(Path file)
      throws IOException, SAXException, ParserConfigurationException {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(file.toFile())
        .getDocumentElement();
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  private static String text(Element parent, String name) {
    return children(parent, name).stream()
        .map(Element::getTextContent)
        .findFirst()
        .orElse("")
        .strip();
  }

  private static List<LayeredDrawing.Box> rooms() {
    JavaClasses classes = new ClassFileImporter()
        .withImportOption(new ArchitectureTest.WithoutTests())
        .importPackages(GROUP);
    Map<String, Set<String>> uses = new TreeMap<>();
    Map<String, Set<String>> libraries = new TreeMap<>();
    for (JavaClass type : classes) {
      String room = roomOf(type);
      if (room.isEmpty()) {
        continue;
      }
      Set<String> used = uses.computeIfAbsent(room, unused -> new TreeSet<>());
      Set<String> outside = libraries.computeIfAbsent(room, unused -> new TreeSet<>());
      type.getDirectDependenciesFromSelf().forEach(dependency -> {
        String other = roomOf(dependency.getTargetClass().getBaseComponentType());
        if (!other.isEmpty() && !other.equals(room)) {
          used.add(other);
        }
        LIBRARIES.forEach((prefix, library) -> {
          if (dependency.getTargetClass().getName().startsWith(prefix)) {
            outside.add(library);
          }
        });
      });
    }
    return uses.entrySet().stream()
        .map(entry -> {
          String room = entry.getKey();
          List<String> lines = new ArrayList<>(
              List.of(said(room).replaceAll("(.{1,40})( |$)", "$1\n").strip().split("\n", -1)));
          Set<String> behind = libraries.getOrDefault(room, Set.of());
          if (!behind.isEmpty()) {
            lines.add("[" + String.join(", ", behind) + "]");
          }
          return new LayeredDrawing.Box(
              room,
              lines,
              Set.of("models", "files", "batching", "sparse").contains(room) ? "core" : "program",
              entry.getValue());
        })
        .toList();
  }

  /** A package's last name; the root package is models and files, and values that all know. */
  private static String roomOf(JavaClass type) {
    if (!type.getPackageName().startsWith(GROUP)) {
      return "";
    }
    return switch (ArchitectureTest.roomOf(type)) {
      case GROUP -> "models";
      case "values" -> "";
      default -> ArchitectureTest.roomOf(type).replaceFirst(".*\\.", "");
    };
  }

  /** The first clause of what the package says of itself. */
  private static String said(String room) {
    String other = SAID.get(room);
    if (other != null) {
      return other;
    }
    Path info = Page.project()
        .resolve("bge-core/src/main/java/io/github/bge4j/internal/" + room + "/package-info.java");
    Matcher clause =
        Pattern.compile("/\\*\\*\\s+\\* (.*?)[;.,:]", Pattern.DOTALL).matcher(Page.read(info));
    return clause.find() ? clause.group(1).replaceAll("\\s+\\*\\s+", " ") : "";
  }
}

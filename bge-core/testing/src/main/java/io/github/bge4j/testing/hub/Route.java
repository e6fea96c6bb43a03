package io.github.bge4j.testing.hub;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a path asks for.
 *
 * @param repo identifier, unescaped; empty if the path has none
 * @param revision unescaped; null where the path has none
 * @param path of a file, or of a folder in a tree; unescaped, empty for the root
 */
record Route(RequestKind kind, String repo, @Nullable String revision, String path) {

  private static final List<String> VERBS = List.of("revision", "tree", "refs");
  private static final Route OTHER = new Route(RequestKind.OTHER, "", null, "");

  /**
   * Reads the path of a request to the hub.
   *
   * @param rawPath escaped: an escaped slash does not separate
   */
  static Route ofHub(String rawPath) {
    List<String> parts = Arrays.stream(rawPath.substring(1).split("/", -1)).toList();
    if (startsWith(parts, "api", "models")) {
      return ofApi(parts.subList(2, parts.size()));
    }
    if (startsWith(parts, "api", "resolve-cache", "models") && parts.size() > 4) {
      // With a namespace, unless the second part is the commit.
      int idParts = parts.get(4).matches("[0-9a-f]{40}") ? 1 : 2;
      return ofFile(RequestKind.RESOLVE_CACHE, parts.subList(3, parts.size()), idParts, idParts);
    }
    int verb = parts.indexOf("resolve");
    return verb == 1 || verb == 2 ? ofFile(RequestKind.RESOLVE, parts, verb, verb + 1) : OTHER;
  }

  private static Route ofApi(List<String> parts) {
    int idParts = parts.size() == 1 || VERBS.contains(parts.get(1)) ? 1 : 2;
    String repo = unescape(parts.subList(0, idParts));
    List<String> rest = parts.subList(idParts, parts.size());
    if (rest.isEmpty()) {
      return new Route(RequestKind.MODEL_INFO, repo, "main", "");
    }
    String verb = rest.get(0);
    if (verb.equals("refs") && rest.size() == 1) {
      return new Route(RequestKind.REFS, repo, null, "");
    }
    if (verb.equals("revision") && rest.size() == 2) {
      return new Route(RequestKind.MODEL_INFO, repo, unescape(rest.subList(1, 2)), "");
    }
    if (verb.equals("tree") && rest.size() >= 2) {
      String path = unescape(rest.subList(2, rest.size()));
      return new Route(RequestKind.TREE, repo, unescape(rest.subList(1, 2)), path);
    }
    return OTHER;
  }

  private static Route ofFile(RequestKind kind, List<String> parts, int idParts, int revisionAt) {
    if (parts.size() < revisionAt + 2) {
      return OTHER;
    }
    return new Route(
        kind,
        unescape(parts.subList(0, idParts)),
        unescape(parts.subList(revisionAt, revisionAt + 1)),
        unescape(parts.subList(revisionAt + 1, parts.size())));
  }

  private static boolean startsWith(List<String> parts, String... start) {
    return parts.size() > start.length && parts.subList(0, start.length).equals(List.of(start));
  }

  private static String unescape(List<String> parts) {
    return parts.stream().map(Route::unescape).collect(Collectors.joining("/"));
  }

  /** In a path a plus sign means itself. */
  private static String unescape(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}

package io.github.bge4j.api;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** What must be so of the API of a module. */
final class ApiCheck {

  private static final String RECORD =
      "; record it, mvn -pl bge-examples/public-api -am test -Dtest=PublicApiTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dbge.api=record";

  private ApiCheck() {}

  /**
   * Returns what is wrong; nothing if the file tells the API, and the changelog each incompatible
   * change of it.
   *
   * @param file what messages call the file
   * @param actual the API of the classes
   */
  static List<String> problems(
      String file, ApiFile recorded, SortedSet<ApiElement> actual, Changelog changelog) {
    List<String> problems = new ArrayList<>();
    for (ApiElement element : without(actual, recorded.current())) {
      problems.add(file + " must have what the classes have: " + words(element) + RECORD);
    }
    for (ApiElement element : without(recorded.current(), actual)) {
      problems.add(file + " must have only what the classes have, not: " + words(element) + RECORD);
    }
    for (ApiElement element : new ApiFile(recorded.released(), actual).incompatible()) {
      if (!changelog.names(element.name())) {
        problems.add("CHANGELOG.md must name `" + element.name()
            + "` under \"### Incompatible\" of its first section: " + words(element)
            + change(element, actual)
            + "; write how to get along, or keep what was released");
      }
    }
    return problems;
  }

  private static String change(ApiElement element, SortedSet<ApiElement> actual) {
    if (!actual.contains(element)) {
      return " is gone";
    }
    return element.isSupertype()
        ? " may bring what must be implemented"
        : " must be implemented now";
  }

  private static SortedSet<ApiElement> without(
      SortedSet<ApiElement> elements, SortedSet<ApiElement> others) {
    SortedSet<ApiElement> rest = new TreeSet<>(elements);
    rest.removeAll(others);
    return rest;
  }

  private static String words(ApiElement element) {
    return element.isType() ? element.text() : element.text() + " of " + element.type();
  }
}

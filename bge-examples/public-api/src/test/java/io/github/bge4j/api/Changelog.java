package io.github.bge4j.api;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a changelog calls incompatible since the last release.
 *
 * @param incompatible the text under "### Incompatible" of the first section, or nothing
 */
record Changelog(String incompatible) {

  private static final Pattern FIRST_SECTION =
      Pattern.compile("^## .*?(?=^## |\\z)", Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern INCOMPATIBLE =
      Pattern.compile("^### Incompatible$(.*?)(?=^### |\\z)", Pattern.MULTILINE | Pattern.DOTALL);

  static Changelog parse(String content) {
    Matcher section = FIRST_SECTION.matcher(content);
    if (!section.find()) {
      return new Changelog("");
    }
    Matcher heading = INCOMPATIBLE.matcher(section.group());
    return new Changelog(heading.find() ? heading.group(1) : "");
  }

  /** Tells whether it has a name in backticks, alone or with parameters. */
  boolean names(String name) {
    return incompatible.contains("`" + name + "`") || incompatible.contains("`" + name + "(");
  }
}

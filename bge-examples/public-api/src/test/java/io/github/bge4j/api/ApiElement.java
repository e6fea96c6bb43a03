package io.github.bge4j.api;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of an API: a type, what it extends or implements, or a member.
 *
 * @param type the full name of the type that it belongs to
 * @param text as the JDK's {@code javap} writes it
 * @param isType whether it is the type itself
 */
record ApiElement(String type, String text, boolean isType) implements Comparable<ApiElement> {

  private static final Comparator<ApiElement> ORDER = Comparator.comparing(ApiElement::type)
      .thenComparing(element -> !element.isType())
      .thenComparing(element -> !element.isSupertype())
      .thenComparing(ApiElement::name)
      .thenComparing(ApiElement::text);

  private static final Pattern NAME = Pattern.compile("([\\w$]+)(\\(.*)?$");

  boolean isSupertype() {
    return text.startsWith("extends ") || text.startsWith("implements ");
  }

  /** Returns whether who extends the type must write this. */
  boolean isAbstract() {
    return !isType && (" " + text).contains(" abstract ");
  }

  /**
   * Returns what a changelog calls it: the type without its package, and the member after a dot.
   */
  String name() {
    String name = typeName();
    if (isType || isSupertype()) {
      return name;
    }
    Matcher member = NAME.matcher(text.replaceFirst(" = .*", ""));
    String last = member.find() ? member.group(1) : text;
    boolean constructor = name.equals(last) || name.endsWith("." + last);
    return constructor ? name : name + "." + last;
  }

  /** Returns the name of the type without its package, with those of the types around it. */
  String typeName() {
    return type.replaceFirst("^([a-z]\\w*\\.)+", "");
  }

  @Override
  public int compareTo(ApiElement other) {
    return ORDER.compare(this, other);
  }
}

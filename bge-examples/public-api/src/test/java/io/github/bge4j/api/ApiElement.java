package io.github.bge4j.api;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of an API: a type, what it extends or implements, or a member; or a module, or what it
 * gives to others.
 *
 * @param type the full name of the type or module that it belongs to
 * @param text as the JDK's {@code javap} writes it; after an element of an annotation that has a
 *     default value, the word default
 * @param isType whether it is the type or module itself
 */
record ApiElement(String type, String text, boolean isType) implements Comparable<ApiElement> {

  private static final Comparator<ApiElement> ORDER = Comparator.comparing(ApiElement::type)
      .thenComparing(element -> !element.isType())
      .thenComparing(element -> !element.isSupertype())
      .thenComparing(ApiElement::name)
      .thenComparing(ApiElement::text);

  private static final Pattern OF_MODULE =
      Pattern.compile("(open )?module .*|(exports|opens|requires) .*");

  private static final Pattern NAME = Pattern.compile("([\\w$]+)(\\(.*)?$");

  boolean isSupertype() {
    return text.startsWith("extends ") || text.startsWith("implements ");
  }

  /** Returns whether who extends the type must write this. */
  boolean isAbstract() {
    return !isType && isAbstractText() && !text.endsWith(" default");
  }

  /** Returns whether this is a type whose methods others may have to write. */
  boolean isImplementable() {
    return isType && (isAbstractText() || (" " + text).contains(" interface "));
  }

  private boolean isAbstractText() {
    return (" " + text).contains(" abstract ");
  }

  /**
   * Returns what a changelog calls it: the type without its package, and the member after a dot; of
   * a module its whole name.
   */
  String name() {
    if (OF_MODULE.matcher(text).matches()) {
      return type;
    }
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

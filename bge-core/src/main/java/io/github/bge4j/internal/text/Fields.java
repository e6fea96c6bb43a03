package io.github.bge4j.internal.text;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Typed fields of a JSON object, each taken once: one that is left at the {@link #end} was not
 * understood, and might have changed what the tokenizer does. Not thread-safe.
 */
final class Fields {

  private final String where;
  private final Map<String, Object> left;

  /**
   * Makes the fields.
   *
   * @param where what messages call the object
   * @param left fields that are there, by name; taken over
   */
  Fields(String where, Map<String, Object> left) {
    this.where = where;
    this.left = left;
  }

  String where() {
    return where;
  }

  List<String> names() {
    return List.copyOf(new TreeSet<>(left.keySet()));
  }

  boolean has(String name) {
    return left.containsKey(name);
  }

  /** Takes a field that says nothing of interest. */
  void ignore(String name) {
    left.remove(name);
  }

  String string(String name) throws IOException {
    return required(name, String.class);
  }

  String string(String name, String otherwise) throws IOException {
    String value = find(name, String.class);
    return value == null ? otherwise : value;
  }

  boolean flag(String name) throws IOException {
    return required(name, Boolean.class);
  }

  @Nullable Boolean findFlag(String name) throws IOException {
    return find(name, Boolean.class);
  }

  /** Takes a whole number; {@code most} is allowed too. */
  int integer(String name, int least, int most) throws IOException {
    return integer(where + "." + name, required(name, BigDecimal.class), least, most);
  }

  static int integer(String what, BigDecimal value, int least, int most) throws IOException {
    boolean inside = value.compareTo(BigDecimal.valueOf(least)) >= 0
        && value.compareTo(BigDecimal.valueOf(most)) <= 0;
    if (!inside || value.stripTrailingZeros().scale() > 0) {
      throw new IOException(
          what + " must be a whole number from " + least + " to " + most + ": " + value);
    }
    return value.intValue();
  }

  Fields object(String name) throws IOException {
    return required(name, Fields.class);
  }

  /** Takes a list of objects, which has at most {@code most}. */
  List<Fields> objects(String name, int most) throws IOException {
    return items(name, Fields.class, most);
  }

  /** Takes a list of values of one kind, which has at most {@code most}. */
  <T> List<T> items(String name, Class<T> kind, int most) throws IOException {
    List<?> values = required(name, List.class);
    if (values.size() > most) {
      throw new IOException(
          where + "." + name + " must have at most " + most + " items: " + values.size());
    }
    List<T> result = new ArrayList<>();
    for (Object value : values) {
      if (!kind.isInstance(value)) {
        throw new IOException(where + "." + name + "[" + result.size() + "] must be "
            + kindName(kind) + ": " + kindName(value.getClass()));
      }
      result.add(kind.cast(value));
    }
    return result;
  }

  /** Says that everything was understood. */
  void end() throws IOException {
    if (!left.isEmpty()) {
      throw new IOException(where + " has a field that is not known here: "
          + TokenizerFile.quote(names().get(0)));
    }
  }

  private <T> T required(String name, Class<T> kind) throws IOException {
    T value = find(name, kind);
    if (value == null) {
      throw new IOException(where + " lacks its field " + name);
    }
    return value;
  }

  private <T> @Nullable T find(String name, Class<T> kind) throws IOException {
    Object value = left.remove(name);
    if (value != null && !kind.isInstance(value)) {
      throw new IOException(
          where + "." + name + " must be " + kindName(kind) + ": " + kindName(value.getClass()));
    }
    return kind.cast(value);
  }

  private static String kindName(Class<?> kind) {
    if (kind == Fields.class) {
      return "an object";
    }
    if (List.class.isAssignableFrom(kind)) {
      return "a list";
    }
    if (kind == Boolean.class) {
      return "true or false";
    }
    return kind == String.class ? "a string" : "a number";
  }
}

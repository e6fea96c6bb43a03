package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A machine for the few pickle opcodes that state dicts and layers need. It makes strings, numbers,
 * tuples, lists and dicts, and asks {@link Calls} for everything else; it can run nothing.
 *
 * <p>The work is bounded by {@value #MAX_OPCODES} opcodes; an XLM-R large has 35,000.
 */
final class PickleReader {

  private static final int MAX_OPCODES = 500_000;

  /** Python's {@code None}. */
  static final Object NONE = new Object();

  /** A tuple. */
  record Tuple(List<Object> items) {}

  /** A dict; keys are strings and whole numbers, and come once. */
  record Dict(Map<Object, Object> items) {}

  /** An object of a class on the allow-list: its attributes, and nothing that could run. */
  record Instance(Map<Object, Object> attributes) {}

  /** What the machine may not do by itself. */
  interface Calls {
    /** Looks up a name on the allow-list. */
    Object global(String module, String name);

    /** Imitates a call of what {@link #global} gave. */
    Object reduce(Object callable, Tuple arguments);

    /** Finds what lies outside the pickle. */
    Object persistent(Object id);

    /** Makes the exception for a pickle that is refused. */
    ModelException refused(String why);
  }

  private final ByteBuffer in;
  private final Calls calls;
  private final List<Object> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private PickleReader(ByteBuffer in, Calls calls) {
    this.in = in;
    this.calls = calls;
  }

  /**
   * Reads a pickle, and leaves the buffer behind it.
   *
   * @param in begins with the pickle, little-endian
   * @throws ModelException if it is damaged or holds anything that is not allowed
   */
  static Object read(ByteBuffer in, Calls calls) {
    try {
      return new PickleReader(in, calls).run();
    } catch (BufferUnderflowException e) {
      throw calls.refused("it is cut at byte " + in.position());
    }
  }

  private Object run() {
    for (int count = 0; count < MAX_OPCODES; count++) {
      int opcode = unsignedByte();
      if (opcode == '.') {
        return pop();
      }
      execute(opcode);
    }
    throw calls.refused("it has more than " + MAX_OPCODES + " opcodes");
  }

  /** The names are those of Python's {@code pickletools}. */
  private void execute(int opcode) {
    switch (opcode) {
      case 0x80 -> unsignedByte(); // PROTO
      case 0x95 -> in.getLong(); // FRAME
      case 'N' -> push(NONE);
      case 0x88 -> push(true); // NEWTRUE
      case 0x89 -> push(false); // NEWFALSE
      case 'K' -> push((long) unsignedByte()); // BININT1
      case 'M' -> push((long) Short.toUnsignedInt(in.getShort())); // BININT2
      case 'J' -> push((long) in.getInt()); // BININT
      case 0x8a -> push(number(unsignedByte())); // LONG1
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong()))); // BINFLOAT
      case 0x8c -> push(text(unsignedByte())); // SHORT_BINUNICODE
      case 'X' -> push(text(in.getInt())); // BINUNICODE
      case '(' -> marks.push(stack.size()); // MARK
      case ')' -> push(new Tuple(List.of())); // EMPTY_TUPLE
      case 0x85 -> push(tuple(stack.size() - 1)); // TUPLE1
      case 0x86 -> push(tuple(stack.size() - 2)); // TUPLE2
      case 0x87 -> push(tuple(stack.size() - 3)); // TUPLE3
      case 't' -> push(tuple(mark())); // TUPLE
      case ']', 0x8f -> push(new ArrayList<>()); // EMPTY_LIST, EMPTY_SET
      case 'a' -> append(stack.size() - 1); // APPEND
      case 'e', 0x90 -> append(mark()); // APPENDS, ADDITEMS
      case '}' -> push(new Dict(new LinkedHashMap<>())); // EMPTY_DICT
      case 's' -> setItems(stack.size() - 2); // SETITEM
      case 'u' -> setItems(mark()); // SETITEMS
      case 'q' -> memo.put(unsignedByte(), top()); // BINPUT
      case 'r' -> memo.put(in.getInt(), top()); // LONG_BINPUT
      case 0x94 -> memo.put(memo.size(), top()); // MEMOIZE
      case 'h' -> push(recall(unsignedByte())); // BINGET
      case 'j' -> push(recall(in.getInt())); // LONG_BINGET
      case 'c' -> push(calls.global(line(), line())); // GLOBAL
      case 0x93 -> stackGlobal();
      case 'Q' -> push(calls.persistent(pop())); // BINPERSID
      case 'R', 0x81 -> reduce(); // REDUCE, NEWOBJ
      case 'b' -> build();
      default ->
        throw calls.refused("opcode 0x" + Integer.toHexString(opcode) + " '" + printable(opcode)
            + "' at byte " + (in.position() - 1) + " is not one that weights need");
    }
  }

  private void stackGlobal() {
    Object name = pop();
    Object module = pop();
    push(calls.global(expect(module, String.class), expect(name, String.class)));
  }

  private void reduce() {
    Object arguments = pop();
    Object callable = pop();
    push(calls.reduce(callable, expect(arguments, Tuple.class)));
  }

  /** Attributes of a state dict, such as {@code _metadata}, mean nothing to us. */
  private void build() {
    Object state = pop();
    if (top() instanceof Instance instance) {
      instance.attributes.putAll(expect(state, Dict.class).items);
    } else {
      expect(top(), Dict.class);
    }
  }

  private void append(int from) {
    List<Object> items = take(from);
    if (!(top() instanceof ArrayList<?>)) {
      throw calls.refused("a list is missing at byte " + in.position());
    }
    @SuppressWarnings("unchecked") // only lists that we made are on the stack
    List<Object> list = (List<Object>) top();
    list.addAll(items);
  }

  private void setItems(int from) {
    List<Object> items = take(from);
    Map<Object, Object> dict = expect(top(), Dict.class).items;
    for (int i = 0; i + 1 < items.size(); i += 2) {
      Object key = items.get(i);
      if (!(key instanceof String || key instanceof Long)) {
        throw calls.refused("a key is no string or whole number at byte " + in.position());
      }
      if (dict.put(key, items.get(i + 1)) != null) {
        throw calls.refused("key " + key + " comes twice");
      }
    }
  }

  private Tuple tuple(int from) {
    return new Tuple(List.copyOf(take(from)));
  }

  private List<Object> take(int from) {
    if (from < 0 || from > stack.size()) {
      throw calls.refused("its stack is empty at byte " + in.position());
    }
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> items = new ArrayList<>(tail);
    tail.clear();
    return items;
  }

  private int mark() {
    Integer mark = marks.poll();
    return mark == null ? -1 : mark;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() {
    if (stack.isEmpty()) {
      throw calls.refused("its stack is empty at byte " + in.position());
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private Object recall(int key) {
    Object value = memo.get(key);
    if (value == null) {
      throw calls.refused("memo " + key + " is missing at byte " + in.position());
    }
    return value;
  }

  private <T> T expect(Object value, Class<T> type) {
    if (!type.isInstance(value)) {
      throw calls.refused("a " + type.getSimpleName() + " is missing at byte " + in.position());
    }
    return type.cast(value);
  }

  private int unsignedByte() {
    return Byte.toUnsignedInt(in.get());
  }

  /** A number of more than 8 bytes, such as a seed, is no {@code Long}. */
  private Object number(int bytes) {
    byte[] bigEndian = new byte[bytes];
    for (int i = bytes - 1; i >= 0; i--) {
      bigEndian[i] = in.get();
    }
    BigInteger number = bytes == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
    return bytes > Long.BYTES ? number : (Object) number.longValue();
  }

  private String text(int bytes) {
    if (bytes < 0 || bytes > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer part = in.slice(in.position(), bytes);
    in.position(in.position() + bytes);
    return StandardCharsets.UTF_8.decode(part).toString();
  }

  private String line() {
    int length = 0;
    while (in.get(Math.min(in.position() + length, in.limit() - 1)) != '\n') {
      if (in.position() + ++length >= in.limit()) {
        throw new BufferUnderflowException();
      }
    }
    String line = text(length);
    in.get();
    return line;
  }

  private static char printable(int opcode) {
    return opcode > ' ' && opcode < 0x7f ? (char) opcode : '?';
  }
}

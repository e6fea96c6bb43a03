package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.ProtobufFields.BYTES;
import static io.github.bge4j.internal.checkpoint.ProtobufFields.VARINT;

import io.github.bge4j.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of an ONNX file, not loaded. Field numbers are those of {@code onnx.proto}.
 *
 * @param type as {@code TensorProto.DataType} numbers it
 * @param shape not copied
 * @param data the elements, little-endian, in the file or beside it; null if they lie in
 *     {@code typed} or in a field that is not read
 * @param typed the elements of integers in a field of their type; not copied
 */
record OnnxTensor(
    String name, long type, long[] shape, @Nullable Region data, long[] typed) {

  private static final int EXTERNAL = 1;

  /** No constant that shapes are made of is larger; it holds positions of 64 K tokens. */
  private static final int MAX_NUMBERS = 1 << 16;

  /**
   * Reads a {@code TensorProto}.
   *
   * @param source the file; external data are found beside it unless it is in memory
   * @throws ModelException if it is damaged or its external data are missing
   */
  static OnnxTensor read(Region source, ProtobufFields tensor) {
    List<Long> shape = new ArrayList<>();
    List<Long> typed = new ArrayList<>();
    String name = "";
    long type = 0;
    long location = 0;
    @Nullable Region data = null;
    Map<String, String> external = new HashMap<>();
    while (tensor.next()) {
      if (tensor.is(1, VARINT) || tensor.is(1, BYTES)) {
        readNumbers(tensor, shape);
      } else if (tensor.is(2, VARINT)) {
        type = tensor.value();
      } else if (tensor.is(4, BYTES) || tensor.is(9, BYTES) || tensor.is(10, BYTES)) {
        // Packed floats and doubles lie as raw data do.
        data = tensor.region();
      } else if (tensor.is(5, VARINT)
          || tensor.is(5, BYTES)
          || tensor.is(7, VARINT)
          || tensor.is(7, BYTES)) {
        readNumbers(tensor, typed);
      } else if (tensor.is(8, BYTES)) {
        name = tensor.text();
      } else if (tensor.is(13, BYTES)) {
        readEntry(tensor.message(), external);
      } else if (tensor.is(14, VARINT)) {
        location = tensor.value();
      }
    }
    return new OnnxTensor(
        name,
        type,
        toArray(shape),
        location == EXTERNAL ? external(source, external) : data,
        toArray(typed));
  }

  /**
   * Finds bytes that lie in a file beside the model.
   *
   * @param entries {@code location}, and perhaps {@code offset} and {@code length} in bytes
   */
  private static Region external(Region model, Map<String, String> entries) {
    Path file = model
        .path()
        .orElseThrow(() -> new ModelException("a model in memory must have its weights inside: "
            + model.name() + " has external data; open it as a file"));
    String location = entries.getOrDefault("location", "");
    Region data = Region.ofFile(Siblings.resolve(file, location));
    long offset = number(model, entries.getOrDefault("offset", "0"));
    String length = entries.get("length");
    return data.slice(offset, length == null ? data.length() - offset : number(model, length));
  }

  private static long number(Region model, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ModelException(
          "offset and length of external data must be whole numbers, in " + model.name()
              + "; the file is damaged",
          e);
    }
  }

  /**
   * Returns the tensor as a weight; null if it is of a type or in a field that no weight has.
   *
   * @throws ModelException if its bytes are not those of its shape
   */
  @Nullable WeightReference weight() {
    Optional<DType> dtype = DType.ofOnnx(type);
    return dtype.isPresent() && data != null
        ? WeightReference.rowMajor(data, dtype.get(), shape)
        : null;
  }

  /** Returns the elements of a tensor of whole numbers; null if it is none, large or damaged. */
  long @Nullable [] wholeNumbers() {
    boolean wide = type == DType.I64.onnxType();
    boolean whole = wide || type == DType.I32.onnxType();
    if (!whole || elements() > MAX_NUMBERS) {
      return null;
    }
    int count = (int) elements();
    int bytes = wide ? Long.BYTES : Integer.BYTES;
    if (data == null) {
      return typed.length == count ? typed : null;
    }
    if (data.length() != (long) count * bytes) {
      return null;
    }
    ByteBuffer buffer = read(data);
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = wide ? buffer.getLong() : buffer.getInt();
    }
    return numbers;
  }

  /**
   * Returns the one element of a floating or boolean tensor, as its shortest decimal if it is a
   * float; null if it is no such tensor.
   */
  @Nullable Double number() {
    if (elements() != 1) {
      return null;
    }
    Optional<DType> dtype = DType.ofOnnx(type);
    if (dtype.isEmpty() || !(dtype.get() == DType.BOOL || dtype.get().isFloating())) {
      return null;
    }
    if (data == null) {
      boolean flag = dtype.get() == DType.BOOL && typed.length == 1;
      return flag ? Double.valueOf(typed[0] == 0 ? 0 : 1) : null;
    }
    if (data.length() != dtype.get().bytes()) {
      return null;
    }
    if (dtype.get() == DType.BOOL) {
      return read(data).get() == 0 ? 0.0 : 1.0;
    }
    if (dtype.get() == DType.F64) {
      return read(data).getDouble();
    }
    float[] value = new float[1];
    dtype.get().toFloats(read(data), value, 0);
    return shortest(value[0]);
  }

  /** The double that a float was written as: 1e-12 and not 9.999999960041972e-13. */
  static double shortest(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  private static ByteBuffer read(Region data) {
    ByteBuffer buffer = ByteBuffer.allocate((int) data.length()).order(ByteOrder.LITTLE_ENDIAN);
    data.readFully(0, buffer);
    return buffer.flip();
  }

  /** Saturates, also if a size is negative. */
  private long elements() {
    long elements = 1;
    for (long size : shape) {
      if (size < 0) {
        return Long.MAX_VALUE;
      }
      elements =
          size != 0 && elements > Integer.MAX_VALUE / size ? Integer.MAX_VALUE : elements * size;
    }
    return elements;
  }

  private static void readNumbers(ProtobufFields field, List<Long> numbers) {
    if (field.is(1, VARINT) || field.is(5, VARINT) || field.is(7, VARINT)) {
      numbers.add(field.value());
      return;
    }
    for (ProtobufFields packed = field.packed(); packed.hasPacked(); ) {
      long number = packed.nextPacked();
      if (numbers.size() < MAX_NUMBERS) {
        numbers.add(number);
      }
    }
  }

  private static void readEntry(ProtobufFields entry, Map<String, String> entries) {
    String key = "";
    String value = "";
    while (entry.next()) {
      if (entry.is(1, BYTES)) {
        key = entry.text();
      } else if (entry.is(2, BYTES)) {
        value = entry.text();
      }
    }
    entries.put(key, value);
  }

  private static long[] toArray(List<Long> numbers) {
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }
}

package io.github.bge4j.internal.checkpoint;

import java.nio.ByteBuffer;
import java.util.Optional;

/** How an element of a tensor is stored, little-endian; the names are those of safetensors. */
public enum DType {
  BOOL(1, "BoolStorage", 9),
  U8(1, "ByteStorage", 2),
  I8(1, "CharStorage", 3),
  I16(2, "ShortStorage", 5),
  I32(4, "IntStorage", 6),
  I64(8, "LongStorage", 7),
  F16(2, "HalfStorage", 10),
  BF16(2, "BFloat16Storage", 16),
  F32(4, "FloatStorage", 1),
  F64(8, "DoubleStorage", 11);

  /** Bits of 2^-14, a float. */
  private static final int SMALLEST_NORMAL_HALF = 0x38800000;

  private final int bytes;
  private final String torchStorage;
  private final int onnxType;

  DType(int bytes, String torchStorage, int onnxType) {
    this.bytes = bytes;
    this.torchStorage = torchStorage;
    this.onnxType = onnxType;
  }

  /** Finds a type by its name in a safetensors header. */
  static Optional<DType> ofSafetensors(String name) {
    for (DType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Finds a type by the name of its storage class in the Python module {@code torch}. */
  static Optional<DType> ofTorchStorage(String name) {
    for (DType type : values()) {
      if (type.torchStorage.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Finds a type by its number in {@code TensorProto.DataType}. */
  static Optional<DType> ofOnnx(long number) {
    for (DType type : values()) {
      if (type.onnxType == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Returns its number in {@code TensorProto.DataType}. */
  public int onnxType() {
    return onnxType;
  }

  /** Returns the bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether it is a type that weights may have. */
  public boolean isFloating() {
    return this == F16 || this == BF16 || this == F32 || this == F64;
  }

  /**
   * Converts the remaining elements of a little-endian buffer.
   *
   * @param target gets the values, from {@code start} on; F64 is rounded, the others are exact
   */
  void toFloats(ByteBuffer elements, float[] target, int start) {
    int end = start + elements.remaining() / bytes;
    if (this == F32) {
      elements.asFloatBuffer().get(target, start, end - start);
    } else if (this == F16) {
      for (int i = start; i < end; i++) {
        target[i] = halfToFloat(elements.getShort());
      }
    } else if (this == BF16) {
      for (int i = start; i < end; i++) {
        target[i] = Float.intBitsToFloat(elements.getShort() << 16);
      }
    } else if (this == F64) {
      for (int i = start; i < end; i++) {
        target[i] = (float) elements.getDouble();
      }
    } else {
      throw new IllegalStateException(this + " has no floats; this is a bug");
    }
  }

  /** IEEE 754 binary16; {@code Float.float16ToFloat} came with Java 20. */
  private static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 0x1f ? 0xff : exponent + 127 - 15;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }

  /**
   * Writes floats as elements of this type, F16 or F32, rounded to the nearest, of two to the even.
   *
   * @param elements little-endian; gets them from its position on
   */
  public void ofFloats(float[] values, int from, int count, ByteBuffer elements) {
    if (this == F32) {
      elements.asFloatBuffer().put(values, from, count);
      elements.position(elements.position() + count * Float.BYTES);
    } else if (this == F16) {
      for (int i = from; i < from + count; i++) {
        elements.putShort(floatToHalf(values[i]));
      }
    } else {
      throw new IllegalStateException(this + " is not written; this is a bug");
    }
  }

  /** IEEE 754 binary16; {@code Float.floatToFloat16} came with Java 20. */
  private static short floatToHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & Integer.MAX_VALUE;
    if (magnitude > 0x7f800000) {
      return (short) (sign | 0x7e00);
    }
    if (magnitude < SMALLEST_NORMAL_HALF) {
      return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
    }
    // A carry goes from the fraction into the exponent, as it should.
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    int half = (rounded >>> 13) - ((127 - 15) << 10);
    return (short) (sign | Math.min(half, 0x7c00));
  }
}

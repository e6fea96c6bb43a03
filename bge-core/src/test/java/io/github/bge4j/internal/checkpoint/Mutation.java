package io.github.bge4j.internal.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Ways in which a file may be damaged, by accident or on purpose. */
enum Mutation {
  CUT {
    @Override
    byte[] apply(byte[] file, Random random) {
      return Arrays.copyOf(file, random.nextInt(file.length));
    }
  },
  FLIP_BITS {
    @Override
    byte[] apply(byte[] file, Random random) {
      byte[] result = file.clone();
      for (int i = random.nextInt(8); i >= 0; i--) {
        result[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
      }
      return result;
    }
  },
  EXTREME_NUMBER {
    @Override
    byte[] apply(byte[] file, Random random) {
      long[] numbers = {0, -1, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE, file.length, 0xffff};
      ByteBuffer result = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
      int bytes = 1 << random.nextInt(4);
      int at = random.nextInt(Math.max(1, file.length - bytes));
      long number = numbers[random.nextInt(numbers.length)];
      for (int i = 0; i < bytes && at + i < file.length; i++) {
        result.put(at + i, (byte) (number >> (8 * i)));
      }
      return result.array();
    }
  },
  DIGIT {
    @Override
    byte[] apply(byte[] file, Random random) {
      byte[] result = file.clone();
      int start = random.nextInt(file.length);
      for (int i = start; i < file.length; i++) {
        if (Character.isDigit(file[i])) {
          result[i] = (byte) "0123456789-.e\"".charAt(random.nextInt(14));
          break;
        }
      }
      return result;
    }
  },
  SPLICE {
    @Override
    byte[] apply(byte[] file, Random random) {
      byte[] result = file.clone();
      int length = random.nextInt(Math.min(64, file.length));
      System.arraycopy(
          file,
          random.nextInt(file.length - length),
          result,
          random.nextInt(file.length - length),
          length);
      return result;
    }
  },
  INSERT {
    @Override
    byte[] apply(byte[] file, Random random) {
      byte[] added = new byte[1 + random.nextInt(32)];
      random.nextBytes(added);
      int at = random.nextInt(file.length);
      return ByteBuffer.allocate(file.length + added.length)
          .put(file, 0, at)
          .put(added)
          .put(file, at, file.length - at)
          .array();
    }
  },
  DELETE {
    @Override
    byte[] apply(byte[] file, Random random) {
      int length = random.nextInt(Math.min(64, file.length));
      int at = random.nextInt(file.length - length);
      return ByteBuffer.allocate(file.length - length)
          .put(file, 0, at)
          .put(file, at + length, file.length - at - length)
          .array();
    }
  };

  abstract byte[] apply(byte[] file, Random random);

  /** Damages a file in one to three ways. */
  static byte[] any(byte[] file, Random random) {
    byte[] result = file;
    for (int i = random.nextInt(3); i >= 0 && result.length > 1; i--) {
      result = values()[random.nextInt(values().length)].apply(result, random);
    }
    return result;
  }
}

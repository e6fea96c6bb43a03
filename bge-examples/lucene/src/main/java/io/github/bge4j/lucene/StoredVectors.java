package io.github.bge4j.lucene;

import io.github.bge4j.MultiVector;
import io.github.bge4j.sparse.SparseVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.lucene.util.BytesRef;

/** Sparse and multi-vectors as bytes, bit for bit; little-endian. */
final class StoredVectors {

  private StoredVectors() {}

  /** Returns 8 bytes an entry: all indices, then all values. */
  static BytesRef encode(SparseVector vector) {
    byte[] bytes = new byte[2 * Integer.BYTES * vector.size()];
    ByteBuffer buffer = buffer(new BytesRef(bytes));
    for (int index : vector.indices()) {
      buffer.putInt(index);
    }
    for (float value : vector.values()) {
      buffer.putFloat(value);
    }
    return new BytesRef(bytes);
  }

  static SparseVector sparse(BytesRef bytes) {
    ByteBuffer buffer = buffer(bytes);
    int[] indices = new int[bytes.length / (2 * Integer.BYTES)];
    float[] values = new float[indices.length];
    buffer.asIntBuffer().get(indices);
    buffer.position(indices.length * Integer.BYTES);
    buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return SparseVector.of(indices, values);
  }

  /** Returns 4 bytes a component, and 4 for how many a row has. */
  static BytesRef encode(MultiVector vector) {
    byte[] bytes = new byte[Float.BYTES * (1 + vector.rows() * vector.dimension())];
    ByteBuffer buffer = buffer(new BytesRef(bytes));
    buffer.putInt(vector.dimension());
    for (int row = 0; row < vector.rows(); row++) {
      for (float component : vector.row(row)) {
        buffer.putFloat(component);
      }
    }
    return new BytesRef(bytes);
  }

  static MultiVector multi(BytesRef bytes) {
    ByteBuffer buffer = buffer(bytes);
    int dimension = buffer.getInt();
    float[][] rows = new float[buffer.remaining() / Float.BYTES / dimension][dimension];
    for (float[] row : rows) {
      for (int i = 0; i < dimension; i++) {
        row[i] = buffer.getFloat();
      }
    }
    return MultiVector.of(rows);
  }

  private static ByteBuffer buffer(BytesRef bytes) {
    return ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}

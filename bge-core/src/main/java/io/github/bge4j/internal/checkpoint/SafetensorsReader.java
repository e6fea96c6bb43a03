package io.github.bge4j.internal.checkpoint;

import com.google.gson.JsonObject;
import io.github.bge4j.ModelException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the header of a {@code .safetensors} file: its length, JSON, then the data. */
final class SafetensorsReader {

  private static final int LENGTH_BYTES = Long.BYTES;
  private static final String METADATA = "__metadata__";

  private SafetensorsReader() {}

  /**
   * References all weights.
   *
   * @throws ModelException unless the weights fill the data without holes and overlaps
   */
  static Map<String, WeightReference> read(Region source) {
    Region file = source;
    ByteBuffer start = file.slice(0, LENGTH_BYTES).readIndex("the header length");
    Region header = file.slice(LENGTH_BYTES, start.getLong(0));
    long dataStart = LENGTH_BYTES + header.length();
    Region data = file.slice(dataStart, file.length() - dataStart);

    JsonObject json = Json.parse(header, "the safetensors header");
    JsonFields fields = new JsonFields(json, source.name());
    Map<String, WeightReference> weights = new LinkedHashMap<>();
    for (String name : fields.names()) {
      if (!name.equals(METADATA)) {
        weights.put(name, weight(fields.fields(name), data));
      }
    }
    checkFilled(data, weights);
    return weights;
  }

  private static WeightReference weight(JsonFields fields, Region data) {
    String dtype = fields.string("dtype", null);
    long[] range = fields.longs("data_offsets");
    if (range.length != 2 || range[0] > range[1]) {
      throw new ModelException(
          "data_offsets must be a start and an end, in " + fields.file() + "; the file is damaged");
    }
    DType type = DType.ofSafetensors(dtype)
        .orElseThrow(
            () -> new ModelException("dtype must be one of " + List.of(DType.values()) + ": "
                + dtype + ", in " + fields.file() + "; use the checkpoint that is not quantised"));
    // Bounds come first: an end far outside would overflow the difference.
    Region bytes = data.slice(range[0], Math.max(-1, range[1] - range[0]));
    return WeightReference.rowMajor(bytes, type, fields.longs("shape"));
  }

  private static void checkFilled(Region data, Map<String, WeightReference> weights) {
    List<Region> regions = weights.values().stream()
        .map(WeightReference::data)
        .sorted(Comparator.comparingLong(Region::offset).thenComparingLong(Region::length))
        .toList();
    long end = data.offset();
    for (Region region : regions) {
      if (region.offset() != end) {
        throw notFilled(data, end);
      }
      end += region.length();
    }
    if (end != data.offset() + data.length()) {
      throw notFilled(data, end);
    }
  }

  private static ModelException notFilled(Region data, long at) {
    return new ModelException(
        "weights must fill a safetensors file without holes and overlaps: a hole or overlap at "
            + at + " of " + (data.offset() + data.length()) + ", in " + data.name()
            + "; the file is cut or damaged, get it again");
  }
}

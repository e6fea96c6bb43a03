package io.github.bge4j;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import io.github.bge4j.testing.GoldenFiles;
import java.util.List;
import java.util.Map;

/**
 * One line of the reference's answers; see {@code resources/golden/README.md}. Absent fields are
 * null.
 */
@SuppressWarnings("NullAway") // every test knows which fields its file has
record GoldenRow(
    String text,
    @SerializedName("max_length") int maxLength,
    int[] ids,
    float[] dense,
    Map<Integer, Float> lexical,
    @SerializedName("colbert_rows") int multiVectorRows,
    @SerializedName("colbert_first") float[] multiVectorFirst,
    @SerializedName("colbert_last") float[] multiVectorLast,
    @SerializedName("colbert_sum") float[] multiVectorSum,
    float[] cls,
    @SerializedName("query_cls") float[] queryCls,
    float[] mean) {

  static List<GoldenRow> read(String file) {
    return read(file, GoldenRow.class);
  }

  static <T> List<T> read(String file, Class<T> type) {
    Gson gson = new Gson();
    return GoldenFiles.rows(file, line -> gson.fromJson(line, type));
  }
}

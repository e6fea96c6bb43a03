package io.github.bge4j;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

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
    InputStream resource =
        Objects.requireNonNull(GoldenRow.class.getResourceAsStream("/golden/" + file), file);
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(new GZIPInputStream(resource), StandardCharsets.UTF_8))) {
      Gson gson = new Gson();
      return lines.lines().map(line -> gson.fromJson(line, type)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a checkpoint folder among the resources. */
  static Path folder(String name) {
    URL url = Objects.requireNonNull(GoldenRow.class.getResource("/golden/" + name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.github.bge4j;

import com.google.gson.annotations.SerializedName;
import java.util.List;

/**
 * One line of the reference's answers for pairs; see {@code resources/golden/README.md}.
 * XLM-RoBERTa has no types: null.
 */
@SuppressWarnings("NullAway") // every test knows which fields its file has
record GoldenPair(
    String query,
    String passage,
    @SerializedName("max_length") int maxLength,
    int[] ids,
    @SerializedName("type_ids") int[] typeIds,
    float logit,
    double sigmoid) {

  /** Reads the rows of one limit. */
  static List<GoldenPair> read(String file, int maxLength) {
    return GoldenRow.read(file, GoldenPair.class).stream()
        .filter(row -> row.maxLength() == maxLength)
        .toList();
  }

  TextPair pair() {
    return new TextPair(query, passage);
  }
}

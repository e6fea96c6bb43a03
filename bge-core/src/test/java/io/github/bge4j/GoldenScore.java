package io.github.bge4j;

import com.google.gson.annotations.SerializedName;

/** One line of the reference's {@code compute_score}. */
record GoldenScore(
    String query,
    String passage,
    @SerializedName("lexical_matching") double lexicalMatching,
    @SerializedName("colbert") double multiVector,
    double sparse,
    double dense,
    @SerializedName("sparse+dense") double denseSparse,
    @SerializedName("colbert+sparse+dense") double all) {}

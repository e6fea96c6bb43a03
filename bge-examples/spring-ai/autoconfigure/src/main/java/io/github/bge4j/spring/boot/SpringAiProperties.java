package io.github.bge4j.spring.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.document.MetadataMode;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** What only Spring AI asks of the models. */
@ConfigurationProperties("bge")
record SpringAiProperties(
    @DefaultValue Embedding embedding, @DefaultValue Reranker reranker) {

  /**
   * Of documents that are embedded.
   *
   * @param metadataMode Which metadata of a document is embedded with its text.
   */
  record Embedding(@DefaultValue("none") MetadataMode metadataMode) {}

  /**
   * Of documents that are reranked.
   *
   * @param topN Documents that are kept at most. Default: all.
   * @param minScore Least score that is kept: from 0 to 1, or a logit without normalize. Default:
   *     any.
   * @param metadataMode Which metadata of a document is read with its text.
   */
  record Reranker(
      @Nullable Integer topN,
      @Nullable Double minScore,
      @DefaultValue("none") MetadataMode metadataMode) {}
}

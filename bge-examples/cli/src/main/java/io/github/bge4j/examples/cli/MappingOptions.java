package io.github.bge4j.examples.cli;

import io.github.bge4j.ModelVocabulary;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how lexical weights become vectors for a database. */
final class MappingOptions {

  private static final String INDEX_SPACE = "--sparse-index-space";
  private static final String TOKENIZER = "tokenizer";
  private static final String HASH = "hash";
  private static final String LEGACY_TOKENIZER = "legacy-tokenizer";

  private static final WordOption MAPPINGS =
      new WordOption("--sparse-mapping", List.of(TOKENIZER, HASH, LEGACY_TOKENIZER));

  @Option(
      names = "--sparse-mapping",
      paramLabel = "tokenizer|hash|legacy-tokenizer",
      description = {
        "Also write \"sparse\": {\"indices\", \"values\", \"mapping\", \"index_space\"}, as a vector",
        "database stores it; needs sparse among the outputs. tokenizer: the index is the token id,",
        "for a new index. hash: SHA-256 of the id. legacy-tokenizer: the id's digits looked up as",
        "a token, for an index that bge_inference_service built in its mode tokenizer."
      })
  private @Nullable String mapping;

  @Option(
      names = INDEX_SPACE,
      paramLabel = "N",
      description = "Number of indices of the mapping. Default: 1048576.")
  private @Nullable Long indexSpace;

  /** Refuses what needs no look at a model. */
  void check(List<Output> outputs) {
    if (mapping != null && !outputs.contains(Output.SPARSE)) {
      throw new UsageException("--sparse-mapping needs sparse among --outputs: " + mapping
          + "; add it or leave this out");
    }
    if (mapping != null) {
      MAPPINGS.check(mapping);
    }
    if (indexSpace == null) {
      return;
    }
    if (mapping == null) {
      throw new UsageException(
          INDEX_SPACE + " needs --sparse-mapping: " + indexSpace + "; choose one or leave it out");
    }
    if (indexSpace < 1 || indexSpace > SparseTokenMapper.MAX_INDEX_SPACE) {
      throw new UsageException(INDEX_SPACE + " must be from 1 to "
          + SparseTokenMapper.MAX_INDEX_SPACE + ": " + indexSpace
          + "; leave it out for 1048576");
    }
  }

  /** Returns the mapping that was chosen, or null if none was. */
  @Nullable SparseTokenMapper mapper(EmbedderOptions model, Models models) {
    if (mapping == null) {
      return null;
    }
    long space = indexSpace == null ? SparseTokenMapper.DEFAULT_INDEX_SPACE : indexSpace;
    return switch (mapping) {
      case TOKENIZER -> tokenizer(model, models, space);
      case HASH -> SparseTokenMapper.hash(space);
      default -> legacyTokenizer(models.vocabulary(model), space);
    };
  }

  /** The usual space holds the tokens of every model of its kind; another is tried by the last. */
  private SparseTokenMapper tokenizer(EmbedderOptions model, Models models, long space) {
    SparseTokenMapper mapper = SparseTokenMapper.tokenizer(space);
    if (indexSpace != null) {
      int last = Collections.max(models.vocabulary(model).ids().values());
      map(mapper, SparseVector.of(new int[] {last}, new float[] {1}));
    }
    return mapper;
  }

  private static SparseTokenMapper legacyTokenizer(ModelVocabulary vocabulary, long space) {
    try {
      return SparseTokenMapper.legacyTokenizer(vocabulary.ids(), vocabulary.unknownToken(), space);
    } catch (IllegalArgumentException e) {
      throw tooSmall(e);
    }
  }

  /** Maps the weights of a text. */
  static SparseVector map(SparseTokenMapper mapper, SparseVector weights) {
    try {
      return mapper.map(weights);
    } catch (IllegalArgumentException e) {
      throw tooSmall(e);
    }
  }

  private static UsageException tooSmall(IllegalArgumentException e) {
    return new UsageException(INDEX_SPACE + " is too small: " + e.getMessage(), e);
  }
}

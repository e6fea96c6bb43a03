package io.github.bge4j;

import io.github.bge4j.internal.text.TokenizerFile;
import java.util.Map;

/**
 * The tokens of a model and their ids, for the {@linkplain io.github.bge4j.sparse.SparseTokenMapper
 * mappings} that need them:
 *
 * <pre>{@code
 * ModelVocabulary vocabulary = ModelVocabulary.read(source);
 * SparseTokenMapper mapper =
 *     SparseTokenMapper.legacyTokenizer(vocabulary.ids(), vocabulary.unknownToken());
 * }</pre>
 *
 * <p>Immutable and thread-safe. Holds about 30 MB for BGE-M3; an embedder does without.
 */
public final class ModelVocabulary {

  private final Map<String, Integer> ids;
  private final String unknownToken;

  private ModelVocabulary(TokenizerFile tokenizer) {
    this.ids = tokenizer.ids();
    this.unknownToken = tokenizer.unknownToken();
  }

  /**
   * Reads the vocabulary of a model's {@code tokenizer.json}. Opens no model, but looks at the
   * files of a folder; takes some tenths of a second for BGE-M3.
   *
   * @param source where the model comes from
   * @return the vocabulary
   * @throws ModelException if a file is missing or damaged, or names no token for unknown ones
   */
  public static ModelVocabulary read(ModelSource source) {
    return new ModelVocabulary(ModelFiles.tokenizer(source));
  }

  /**
   * Returns the ids by the tokens' texts, as the tokenizer writes them: a word's beginning is
   * marked ({@code ▁} in BGE-M3). Special and other added tokens are among them.
   *
   * @return an unmodifiable map in no particular order
   */
  public Map<String, Integer> ids() {
    return ids;
  }

  /**
   * Returns the text of the token that stands for unknown ones.
   *
   * @return a key of {@link #ids()}, for example {@code <unk>}
   */
  public String unknownToken() {
    return unknownToken;
  }

  @Override
  public String toString() {
    return "ModelVocabulary[" + ids.size() + " tokens]";
  }
}

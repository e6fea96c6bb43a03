package io.github.bge4j;

import io.github.bge4j.internal.checkpoint.ModelFolder;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.text.PackedBatch;
import io.github.bge4j.internal.text.TokenizerFile;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model that has been looked at, but not opened: nothing native is held. However a
 * folder is named, it is read here, in one way.
 */
interface ModelFiles {

  /** Looks at the files of a source. */
  static ModelFiles of(ModelSource source) {
    if (source instanceof DirectorySource directory) {
      return of(directory.folder(), directory.readyOnnx());
    }
    if (source instanceof HubSource hub) {
      return of(hub.find(), hub.readyOnnx());
    }
    OnnxSource onnx = (OnnxSource) source;
    return onnx.config() == null ? ReadyFiles.of(onnx) : CompiledFiles.of(onnx);
  }

  private static ModelFiles of(Path root, @Nullable String readyOnnx) {
    ModelFolder folder = ModelFolder.read(root);
    return readyOnnx == null ? CompiledFiles.of(folder) : ReadyFiles.of(folder, readyOnnx);
  }

  /**
   * Reads the tokenizer; each call anew.
   *
   * @throws ModelException if there is none, or it is damaged
   */
  TokenizerFile tokenizer();

  /** Returns how many tokens the model has rows for; nothing if only a run would tell. */
  OptionalInt vocabularySize();

  /**
   * Returns how an embedding model is used.
   *
   * @throws ModelException if it is none
   */
  ModelTraits traits();

  /** Returns the most tokens that the model takes. */
  int modelMaxTokens();

  /** Returns the most tokens that Sentence Transformers reads with this model. */
  int defaultMaxTokens();

  /** Returns the special tokens that lexical weights leave out, of a model that gives them. */
  Set<String> unweightedTokens();

  /**
   * Opens an embedding model.
   *
   * @param probe run where a file says too little about what it holds
   * @throws ModelException if it cannot be used, or is a reranker
   */
  EncoderSession openEncoder(SessionSettings settings, Supplier<PackedBatch> probe);

  /**
   * Opens a reranker.
   *
   * @param probe run where a file says too little about what it holds
   * @throws ModelException if it cannot be used, or is no reranker
   */
  EncoderSession openCrossEncoder(SessionSettings settings, Supplier<PackedBatch> probe);
}

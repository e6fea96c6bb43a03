package io.github.bge4j;

import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.schedule.PackedBatch;
import java.util.Set;
import java.util.function.Supplier;

/** The files of a model that has been looked at, but not opened: nothing native is held. */
interface ModelFiles {

  /** Looks at the files of a source. */
  static ModelFiles of(ModelSource source) {
    if (source instanceof DirectorySource directory) {
      return new CheckpointFiles(directory.folder());
    }
    if (source instanceof HubSource hub) {
      return FolderFiles.of(hub.find());
    }
    OnnxSource onnx = (OnnxSource) source;
    ModelFile config = onnx.config();
    return config == null
        ? new ReadyOnnxFiles(onnx, ModelPreset.NONE)
        : new CompiledOnnxFiles(onnx, config);
  }

  ModelFile tokenizer();

  /** Returns what is known of the model beyond what its weights say. */
  ModelPreset preset();

  /** Returns the most tokens that the model takes. */
  int modelMaxTokens();

  /** Returns the most tokens that Sentence Transformers reads with this model. */
  default int defaultMaxTokens() {
    return modelMaxTokens();
  }

  /** Returns the special tokens that lexical weights leave out. */
  default Set<String> unweightedTokens() {
    return Set.of();
  }

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

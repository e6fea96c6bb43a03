package io.github.bge4j;

import io.github.bge4j.internal.checkpoint.Linear;
import io.github.bge4j.internal.checkpoint.ModelFolder;
import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.text.HuggingFaceTokenizer;
import io.github.bge4j.internal.text.Tokenizer;
import io.github.bge4j.internal.text.TokenizerFile;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model that has been looked at, but not opened: nothing native is held. However a
 * folder is named, it is read here, in one way.
 */
abstract class ModelFiles {

  private final Supplier<TokenizerFile> tokenizer;
  private final @Nullable ModelFolder folder;
  private final Map<Output, Linear> heads = new EnumMap<>(Output.class);

  /**
   * Takes what is known of any model.
   *
   * @param tokenizer reads the tokenizer
   * @param folder null for files that lie in none
   */
  ModelFiles(Supplier<TokenizerFile> tokenizer, @Nullable ModelFolder folder) {
    this.tokenizer = tokenizer;
    this.folder = folder;
  }

  /** Looks at the files of a source. */
  static ModelFiles of(ModelSource source) {
    if (source instanceof DirectorySource directory) {
      return of(directory.folder(), directory.readyOnnx());
    }
    if (source instanceof HubSource hub) {
      return of(hub.find(), hub.readyOnnx());
    }
    OnnxSource onnx = (OnnxSource) source;
    return onnx.isAsIs() ? ReadyFiles.of(onnx) : CompiledFiles.of(onnx);
  }

  /**
   * Reads the tokenizer of a source, and nothing else of files that lie in no folder.
   *
   * @throws ModelException if there is none, or it is damaged
   */
  static TokenizerFile tokenizer(ModelSource source) {
    return source instanceof OnnxSource onnx
        ? onnx.tokenizer().tokenizer()
        : of(source).tokenizer();
  }

  private static ModelFiles of(Path root, @Nullable String readyOnnx) {
    ModelFolder folder = ModelFolder.read(root);
    return readyOnnx == null ? CompiledFiles.of(folder) : ReadyFiles.of(folder, readyOnnx);
  }

  /** Returns the heads of BGE-M3 that lie beside the model; filled when it is looked at. */
  final Map<Output, Linear> heads() {
    return heads;
  }

  final @Nullable ModelFolder folder() {
    return folder;
  }

  /**
   * Reads the tokenizer; each call anew.
   *
   * @throws ModelException if there is none, or it is damaged
   */
  final TokenizerFile tokenizer() {
    return tokenizer.get();
  }

  /**
   * Returns how an embedding model is used.
   *
   * @throws ModelException if it is none
   */
  final ModelTraits traits() {
    return folder == null ? ModelTraits.BGE : ModelTraits.of(folder);
  }

  /** Returns the most tokens that Sentence Transformers reads with this model. */
  final int defaultMaxTokens() {
    return folder == null ? modelMaxTokens() : folder.maxTokens(modelMaxTokens());
  }

  /** Tells whether a file of others runs as it is, which it does on a CPU only. */
  abstract boolean runsAsItIs();

  /** Returns how many tokens the model has rows for; nothing if only a run would tell. */
  abstract OptionalInt vocabularySize();

  /** Returns the most tokens that the model takes. */
  abstract int modelMaxTokens();

  /** Returns the special tokens that lexical weights leave out, of a model that gives them. */
  abstract Set<String> unweightedTokens();

  /**
   * Opens an embedding model.
   *
   * @param tokenizer waits for the tokenizer, of which only a file that must be tried needs one
   * @throws ModelException if it cannot be used, or is a reranker
   */
  abstract EncoderSession openEncoder(ModelOptions options, Supplier<Tokenizer> tokenizer);

  /**
   * Opens a reranker.
   *
   * @param tokenizer as for an embedding model
   * @throws ModelException if it cannot be used, or is no reranker
   */
  abstract EncoderSession openCrossEncoder(ModelOptions options, Supplier<Tokenizer> tokenizer);

  /**
   * Opens the tokenizer and the session side by side, and leaves neither open alone.
   *
   * @param sessions opens the session; may wait for the tokenizer
   * @param assemble takes over both handles
   */
  final <T> T open(
      Function<Supplier<Tokenizer>, EncoderSession> sessions,
      BiFunction<Tokenizer, EncoderSession, T> assemble) {
    // A large vocabulary takes as long to read as weights take to pack.
    CompletableFuture<Tokenizer> opening = CompletableFuture.supplyAsync(
        () -> HuggingFaceTokenizer.open(checkedTokenizer()), ModelFiles::inThreadOfItsOwn);
    Deque<Runnable> undo = new ArrayDeque<>();
    undo.push(() -> close(opening));
    try {
      EncoderSession session = sessions.apply(() -> join(opening));
      undo.push(session::close);
      return assemble.apply(join(opening), session);
    } catch (RuntimeException | Error e) {
      undo.forEach(step -> undo(step, e));
      throw e;
    }
  }

  /** The model would fail for the first text that has one of the tokens it does not know. */
  private TokenizerFile checkedTokenizer() {
    TokenizerFile file = tokenizer();
    OptionalInt rows = vocabularySize();
    if (rows.isPresent() && file.size() > rows.getAsInt()) {
      throw new ModelException("a tokenizer must have at most as many tokens as the model has rows"
          + " for, " + rows.getAsInt() + ": it has ids up to " + (file.size() - 1)
          + "; do the files of the model belong together, or were tokens added without training?");
    }
    return file;
  }

  /** One that fails must not keep the others from being freed, nor hide the reason. */
  private static void undo(Runnable step, Throwable reason) {
    try {
      step.run();
    } catch (RuntimeException e) {
      reason.addSuppressed(e);
    }
  }

  /** Not in the common pool, whose threads do not have the caller's class loader. */
  private static void inThreadOfItsOwn(Runnable task) {
    Thread thread = new Thread(task, "bge-tokenizer-opening");
    thread.setDaemon(true);
    thread.start();
  }

  private static Tokenizer join(CompletableFuture<Tokenizer> opening) {
    try {
      return opening.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof BgeException reason) {
        throw reason;
      }
      if (e.getCause() instanceof OutOfMemoryError full) {
        throw new ModelException(
            "a tokenizer must fit into the JVM's memory: " + full.getMessage()
                + "; raise -Xmx, or see whether its file is damaged",
            full);
      }
      throw e;
    }
  }

  private static void close(CompletableFuture<Tokenizer> opening) {
    try {
      join(opening).close();
    } catch (BgeException | CompletionException e) {
      // It did not open; the caller gets this or what went wrong before.
    }
  }

  /**
   * Refuses a folder whose states are pooled, and a reranker whose queries are to have a prompt.
   *
   * @throws ModelException if its files say so
   */
  final void requireReranker() {
    if (folder == null) {
      return;
    }
    if (folder.hasPooling()) {
      throw new ModelException("a reranker must have no Pooling among its modules: " + folder.root()
          + " has one; use BgeEmbedder");
    }
    if (!folder.prompts().always().isEmpty()) {
      throw new ModelException(
          "a reranker must have no default prompt: default_prompt_name names one," + " in "
              + folder.root() + "; put it before each query, and remove the name");
    }
  }

  static ModelException otherLabels(int labels, String model) {
    return new ModelException("a reranker must have 1 label, not " + labels + ": " + model
        + "; use a model that was trained for reranking, such as BAAI/bge-reranker-v2-m3");
  }
}

package io.github.bge4j;

import io.github.bge4j.internal.runtime.EncoderSession;
import io.github.bge4j.internal.text.HuggingFaceTokenizer;
import io.github.bge4j.internal.text.PackedBatch;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.internal.text.Tokenizer;
import io.github.bge4j.internal.text.TokenizerFile;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** Opens the tokenizer and the session of a model side by side, and leaves neither open alone. */
final class ModelOpener {

  private ModelOpener() {}

  /**
   * Opens a model.
   *
   * @param files of the model
   * @param probe gives the shortest text that the model reads
   * @param sessions opens the session; may run a batch of the probe
   * @param assemble takes over both handles
   */
  static <T> T open(
      ModelFiles files,
      Function<Tokenizer, TokenizedText> probe,
      Function<Supplier<PackedBatch>, EncoderSession> sessions,
      BiFunction<Tokenizer, EncoderSession, T> assemble) {
    // A large vocabulary takes as long to read as weights take to pack.
    CompletableFuture<Tokenizer> opening = CompletableFuture.supplyAsync(
        () -> HuggingFaceTokenizer.open(checked(files)), ModelOpener::inThreadOfItsOwn);
    Deque<Runnable> undo = new ArrayDeque<>();
    undo.push(() -> close(opening));
    try {
      EncoderSession session =
          sessions.apply(() -> PackedBatch.of(List.of(probe.apply(join(opening)))));
      undo.push(session::close);
      return assemble.apply(join(opening), session);
    } catch (RuntimeException | Error e) {
      undo.forEach(step -> undo(step, e));
      throw e;
    }
  }

  /** The model would fail for the first text that has one of the tokens it does not know. */
  private static TokenizerFile checked(ModelFiles files) {
    TokenizerFile tokenizer = files.tokenizer();
    OptionalInt rows = files.vocabularySize();
    if (rows.isPresent() && tokenizer.size() > rows.getAsInt()) {
      throw new ModelException("a tokenizer must have at most as many tokens as the model has rows"
          + " for, " + rows.getAsInt() + ": it has ids up to " + (tokenizer.size() - 1)
          + "; do the files of the model belong together, or were tokens added without training?");
    }
    return tokenizer;
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
}

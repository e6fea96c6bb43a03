package io.github.bge4j.examples.facade;

import io.github.bge4j.BgeException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A model that is loading, loaded, or not to be had for a reason. Thread-safe. */
final class ModelSlot<M extends AutoCloseable> {

  private static final Logger LOG = System.getLogger(ModelSlot.class.getName());

  /**
   * Status of requests for a model that failed to load. Nothing loads it again, so clients are not
   * to come back, as they do after any status from 500.
   */
  static final int FAILED = 424;

  private final String name;
  private volatile @Nullable M model;
  private volatile @Nullable String reason;
  private volatile boolean failed;

  ModelSlot(String name) {
    this.name = name;
    this.reason = name + " is loading";
  }

  /** Loads the model in the calling thread; a failure becomes the reason. */
  void load(Supplier<M> loader) {
    try {
      model = loader.get();
      reason = null;
      LOG.log(Level.INFO, "{0} loaded", name);
    } catch (Throwable e) {
      failed = true;
      String why = name + " failed to load: " + inVariables(e);
      reason = why;
      if (isTold(e)) {
        LOG.log(Level.ERROR, why);
        LOG.log(Level.DEBUG, name + " failed to load", e);
      } else {
        LOG.log(Level.ERROR, name + " failed to load", e);
      }
    }
  }

  /** Says the remedies of a program in the words of whoever sets variables. */
  private static String inVariables(Throwable failure) {
    return failure instanceof Error
        ? failure.toString()
        : String.valueOf(failure.getMessage())
            .replace("use BgeReranker", "name it in RERANKER_MODEL_NAME")
            .replace("use BgeEmbedder", "name it in EMBEDDING_MODEL_NAME");
  }

  /** Returns whether the message says all that is needed to put it right. */
  private static boolean isTold(Throwable failure) {
    return failure instanceof BgeException || failure instanceof IllegalArgumentException;
  }

  boolean loaded() {
    return model != null;
  }

  /** Returns whether it will never be loaded. */
  boolean failed() {
    return failed;
  }

  /** Returns why there is no model, if there is none. */
  Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  /** Returns the model; answers 503 while it is loading, and {@value #FAILED} if it failed to. */
  M get() {
    M loaded = model;
    if (loaded != null) {
      return loaded;
    }
    throw failed
        ? new ApiException(
            FAILED,
            "model_failed",
            null,
            "Models are not loaded: " + reason + "; correct it and start the service again")
        : new ApiException(503, "model_not_loaded", null, "Models are not loaded: " + reason);
  }
}

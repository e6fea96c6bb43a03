package io.github.bge4j.examples.cli;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Output;
import io.github.bge4j.lucene.BgeIndex;
import io.github.bge4j.lucene.BgeIndexBuilder;
import io.github.bge4j.lucene.IndexMismatchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Opens indexes; what is wrong with one is for the user to mend. */
final class Indexes {

  /** Kept, as loggers are forgotten that nobody holds. */
  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  static {
    // Its advice about JVM flags is not for the users of a command.
    LUCENE.setLevel(Level.SEVERE);
  }

  private Indexes() {}

  private interface Opening {
    BgeIndex open(BgeIndexBuilder builder) throws IOException;
  }

  /**
   * Opens an index for writing, and makes it if there is none; the caller closes it.
   *
   * @param colbert whether it has multi-vectors, too
   */
  static BgeIndex open(
      Path folder, EmbedderOptions options, BgeEmbedder embedder, boolean colbert) {
    Set<Output> outputs = EnumSet.of(Output.DENSE, Output.SPARSE);
    outputs.retainAll(embedder.outputs());
    if (colbert) {
      OutputsOptions.checkGiven(embedder, Output.MULTI_VECTOR);
      outputs.add(Output.MULTI_VECTOR);
    }
    return open(
        folder,
        options,
        embedder,
        builder -> builder.outputs(outputs.toArray(new Output[0])).open());
  }

  /** Refuses a folder that is not there, before a model is opened for it. */
  static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UsageException(
          "--index: there must be an index in " + folder + ": there is none; make it first");
    }
  }

  /** Opens an index that exists, for reading; the caller closes it. */
  static BgeIndex openReadOnly(Path folder, EmbedderOptions options, BgeEmbedder embedder) {
    return open(folder, options, embedder, BgeIndexBuilder::openReadOnly);
  }

  private static BgeIndex open(
      Path folder, EmbedderOptions options, BgeEmbedder embedder, Opening opening) {
    BgeIndexBuilder builder = BgeIndex.builder(folder, embedder).model(options.model());
    try {
      return opening.open(builder);
    } catch (IndexMismatchException e) {
      throw new UsageException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new UsageException("--index: " + FileProblem.reason(e), e);
    }
  }
}

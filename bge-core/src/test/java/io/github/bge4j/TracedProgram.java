package io.github.bge4j;

import java.nio.file.Path;

/** Does one thing between {@link #begin} and {@link #end}, for {@link TypeTrace} to look at. */
final class TracedProgram {

  static final String EMBED = "embed";
  static final String OPEN = "open";

  private TracedProgram() {}

  /** Takes what to do, and for a model of a hub its id and the cache that has it. */
  public static void main(String[] args) {
    if (args[0].equals(EMBED)) {
      embed();
    } else {
      open(args[1], Path.of(args[2]));
    }
  }

  private static void embed() {
    try (BgeEmbedder embedder = BgeSmall.builder().build()) {
      embedder.dense("What is BGE?");
      begin();
      embedder.dense("Pandas eat bamboo.");
      end();
    }
  }

  private static void open(String id, Path cache) {
    begin();
    ModelSource source = ModelSource.hub(id).withCache(cache).withOffline(true);
    BgeEmbedder embedder = BgeEmbedder.builder().model(source).build();
    end();
    embedder.close();
  }

  static void begin() {}

  static void end() {}
}

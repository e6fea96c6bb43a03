package io.github.bge4j.examples.facade;

import io.github.bge4j.Output;
import io.github.bge4j.batching.RequestOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * The service with an embedder that answers every text at once with the same 384 numbers, to
 * measure what HTTP and JSON cost; {@code benchmarks/facade-load.sh} starts it.
 */
public final class NoOpFacade {

  private static final int DIMENSION = 384;

  private NoOpFacade() {}

  /**
   * Serves until the process is told to end.
   *
   * @param args none; variables are those of the service
   */
  public static void main(String[] args) {
    FacadeSettings settings =
        FacadeSettings.from(new Variables(System.getenv(), DotEnv.read(Path.of(".env"))));
    Facade facade = Facade.start(settings, new Loader());
    Runtime.getRuntime().addShutdownHook(new Thread(facade::close));
    System.out.println("listening on port " + facade.port());
  }

  private static final class Loader implements ModelLoader {

    @Override
    public TextModel embedder() {
      return new Embedder();
    }

    @Override
    public PairModel reranker() {
      throw new IllegalStateException("there is none");
    }

    @Override
    public void close() {}
  }

  private static final class Embedder implements TextModel {

    private final TextVectors vectors = new TextVectors(3, false, dense(), null);

    private static float[] dense() {
      Random random = new Random(384);
      float[] dense = new float[DIMENSION];
      for (int i = 0; i < DIMENSION; i++) {
        dense[i] = (float) (random.nextGaussian() / Math.sqrt(DIMENSION));
      }
      return dense;
    }

    @Override
    public int dimension() {
      return DIMENSION;
    }

    @Override
    public ModelTokens tokens() {
      return new ModelTokens(0, 2, 5_002);
    }

    @Override
    public CompletableFuture<List<TextVectors>> embed(
        List<String> texts, RequestOptions options, Output... outputs) {
      return CompletableFuture.completedFuture(
          texts.stream().map(text -> vectors).toList());
    }

    @Override
    public CompletableFuture<List<TextVectors>> embedTokens(
        List<int[]> texts, RequestOptions options, Output... outputs) {
      throw new IllegalStateException("no token ids here");
    }

    @Override
    public void close() {}
  }
}

package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BgeEmbedderCloseTest {

  @Test
  void anyCall_afterClose_throws() {
    BgeEmbedder embedder = BgeSmall.builder().build();
    embedder.close();
    embedder.close();
    assertClosed(() -> embedder.dense("a"));
    assertClosed(() -> embedder.embed(Collections.nCopies(100, "a")));
    assertClosed(() -> embedder.countTokens("a"));
    assertThat(embedder.dimension()).isEqualTo(BgeSmall.DIMENSION);
  }

  @Test
  void close_duringCalls_endsEachWithAResultOrAnException() {
    List<String> texts =
        Collections.nCopies(200, "closing a session during a run would kill this process");
    for (int round = 0; round < 3; round++) {
      BgeEmbedder embedder = BgeSmall.builder().workers(2).build();
      List<CompletableFuture<Boolean>> calls = new ArrayList<>();
      for (int caller = 0; caller < 4; caller++) {
        calls.add(CompletableFuture.supplyAsync(() -> embedder.dense(texts))
            .handle((vectors, failure) -> failure == null
                ? vectors.size() == 200
                : failure.getCause() instanceof ClosedException));
      }
      // The callers take turns with this one, so their runs are under way when it returns.
      embedder.dense("first");
      embedder.close();
      assertThat(calls).allSatisfy(call -> assertThat(call.join()).isTrue());
    }
  }

  @Test
  void embed_callerInterrupted_throwsAndKeepsTheFlag() throws Exception {
    try (BgeEmbedder embedder = BgeSmall.builder().workers(1).build()) {
      CompletableFuture<Boolean> flag = new CompletableFuture<>();
      Thread caller = new Thread(() -> {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InferenceException.class)
            .isThrownBy(() -> embedder.dense("a"))
            .withMessage(
                "the calling thread was interrupted while it waited; let it end, or clear its"
                    + " flag by Thread.interrupted() to call again");
        flag.complete(Thread.currentThread().isInterrupted());
      });
      caller.start();
      caller.join();
      assertThat(flag.getNow(false)).isTrue();
      assertThat(embedder.dense("a")).hasSize(BgeSmall.DIMENSION);
    }
  }

  private static void assertClosed(ThrowingCallable call) {
    assertThatExceptionOfType(ClosedException.class)
        .isThrownBy(call)
        .withMessage("the embedder is closed; use it before close()");
  }
}

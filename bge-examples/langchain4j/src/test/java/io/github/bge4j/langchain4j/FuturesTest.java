package io.github.bge4j.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FuturesTest {

  private final CompletableFuture<Integer> source = new CompletableFuture<>();

  @Test
  void map_result_isThatOfTheFunction() {
    CompletableFuture<String> mapped = Futures.map(source, number -> "got " + number);
    assertThat(mapped).isNotDone();
    source.complete(7);
    assertThat(mapped).isCompletedWithValue("got 7");
  }

  @Test
  void map_cancelled_cancelsTheSource() {
    assertThat(Futures.map(source, number -> number).cancel(true)).isTrue();
    assertThat(source).isCancelled();
  }

  @Test
  void compose_cancelled_cancelsTheSource() {
    assertThat(Futures.compose(source, CompletableFuture::completedFuture).cancel(true))
        .isTrue();
    assertThat(source).isCancelled();
  }

  @Test
  void map_failedSource_failsWithItsCause() {
    CompletableFuture<Integer> mapped = Futures.map(source, number -> number);
    IllegalStateException failure = new IllegalStateException("test");
    source.completeExceptionally(failure);
    assertThat(mapped).failsWithin(java.time.Duration.ZERO).withThrowableThat().withCause(failure);
  }
}

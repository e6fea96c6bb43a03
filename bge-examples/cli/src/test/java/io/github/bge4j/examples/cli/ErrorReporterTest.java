package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.InferenceException;
import io.github.bge4j.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ErrorReporterTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int report(Throwable error, boolean debug) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new ErrorReporter(stream, () -> debug).report(error);
  }

  private String printed() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void report_usage_isOneLine() {
    assertThat(report(new UsageException("a\nb\u001b[31m.jsonl line 1: bad"), false))
        .isEqualTo(2);
    assertThat(printed()).isEqualTo("bge: a b [31m.jsonl line 1: bad" + System.lineSeparator());
  }

  @Test
  void report_modelProblem_isUsers() {
    assertThat(report(new ModelException("model must be whole"), false)).isEqualTo(2);
    assertThat(printed()).isEqualTo("bge: model must be whole" + System.lineSeparator());
  }

  @Test
  void report_remedyOfAProgram_isThatOfTheCommandLine() {
    report(
        new ModelException("a reranker must have a classifier: m is an embedding model; use"
            + " BgeEmbedder, or a model such as BAAI/bge-reranker-v2-m3"),
        false);
    report(new ModelException("it is quantized; asIs(\"onnx/model_quantized.onnx\")"), false);
    assertThat(printed().lines())
        .containsExactly(
            "bge: a reranker must have a classifier: m is an embedding model; use bge.jar embed, or"
                + " a model such as BAAI/bge-reranker-v2-m3",
            "bge: it is quantized; --onnx-as-is onnx/model_quantized.onnx");
  }

  @Test
  void report_inferenceProblem_isInternal() {
    assertThat(report(new InferenceException("the run failed"), false)).isEqualTo(1);
    assertThat(printed())
        .isEqualTo("bge: internal error: io.github.bge4j.InferenceException: the run failed;"
            + " --debug or BGE_DEBUG=1 prints the stack trace" + System.lineSeparator());
  }

  @Test
  void report_debug_printsTheStackTrace() {
    assertThat(report(new StackOverflowError(), true)).isEqualTo(1);
    assertThat(printed())
        .startsWith("bge: internal error: java.lang.StackOverflowError" + System.lineSeparator())
        .contains("\tat ")
        .doesNotContain("--debug");
  }

  @Test
  void report_closedPipe_isQuiet() {
    assertThat(report(new WriteException("<stdout>", new IOException("Broken pipe")), false))
        .isEqualTo(ErrorReporter.CLOSED_PIPE);
    assertThat(printed()).isEmpty();
  }
}

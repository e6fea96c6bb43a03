package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Tests that share one service on the tiny checkpoints. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class SharedFacade {

  private final Map<String, String> variables;
  RunningFacade facade;

  @SuppressWarnings("NullAway.Init") // Before all tests.
  SharedFacade(Map<String, String> variables) {
    this.variables = variables;
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    facade = new RunningFacade(folder, variables);
    assertThat(facade.settled().path("status").textValue()).isEqualTo("ok");
  }

  @AfterAll
  void stop() {
    facade.close();
  }
}

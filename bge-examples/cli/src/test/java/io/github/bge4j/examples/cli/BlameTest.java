package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.InvalidTextException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BlameTest {

  private static final List<Text> BATCH = List.of(new Text(3, "a"), new Text(7, "b"));

  @Test
  void blame_oneText_namesItsLine() {
    InvalidTextException cause = new InvalidTextException(1, "text 1 has 9 tokens; shorten it");
    assertThat(Blame.line("t.jsonl", i -> BATCH.get(i).line(), cause))
        .isInstanceOf(UsageException.class)
        .hasMessage("t.jsonl line 7: the text has 9 tokens; shorten it")
        .hasCause(cause);
  }

  @Test
  void blame_theList_isPassedOn() {
    InvalidTextException cause = new InvalidTextException(-1, "texts must hold a text");
    assertThat(Blame.line("t.jsonl", i -> BATCH.get(i).line(), cause)).isSameAs(cause);
  }
}

package io.github.bge4j.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.InvalidOptionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QdrantUrlTest {

  @Test
  void parse_addresses_areTheirParts() {
    assertThat(QdrantUrl.parse("http://localhost:6334"))
        .isEqualTo(new QdrantUrl("localhost", 6334, false));
    assertThat(QdrantUrl.parse("https://x.cloud.qdrant.io/"))
        .isEqualTo(new QdrantUrl("x.cloud.qdrant.io", 6334, true));
    assertThat(QdrantUrl.parse("http://[::1]:7000")).isEqualTo(new QdrantUrl("[::1]", 7000, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:6334",
        "http://h:6333",
        "http://h:0",
        "http://h:65536",
        "ftp://h",
        "http://h/path",
        "http:// h",
        "",
        "http://me:secret@h"
      })
  void parse_somethingElse_isRefusedWithoutItsSecrets(String url) {
    assertThatThrownBy(() -> QdrantUrl.parse(url))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("the address of Qdrant must be http or https, a host, and its")
        .hasMessageNotContaining("secret");
  }
}

package io.github.bge4j.internal.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.HubException;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class AttemptsTest {

  private final List<Long> waits = new ArrayList<>();

  private String run(IOException... failures) {
    Deque<IOException> left = new ArrayDeque<>(List.of(failures));
    return Attempts.run("getting it", waits::add, () -> {
      if (left.isEmpty()) {
        return "done";
      }
      throw left.remove();
    });
  }

  @Test
  void aHandshakeThatTheNetworkBrokeIsTriedAgain() {
    IOException broken = new SSLHandshakeException("Remote host terminated the handshake");
    broken.initCause(new EOFException());

    assertThat(run(broken)).isEqualTo("done");
    assertThat(waits).containsExactly(500L);
  }

  @Test
  void aCertificateThatIsNotTrustedIsFinal() {
    IOException untrusted = new SSLHandshakeException("PKIX path building failed");
    untrusted.initCause(new CertificateException("unable to find valid certification path"));

    assertThatThrownBy(() -> run(untrusted))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("the certificates that this JVM trusts");
    assertThat(waits).isEmpty();
  }

  @Test
  void aServerThatSaysZeroIsNotAskedInALoop() {
    run(new TryAgainException("429", 0), new TryAgainException("429", 0));

    assertThat(waits).containsExactly(500L, 1_000L);
  }

  @Test
  void noNetworkIsSaidInWords() {
    assertThatThrownBy(() -> run(
            new UnknownHostException("hub"),
            new UnknownHostException("hub"),
            new UnknownHostException("hub"),
            new UnknownHostException("hub"),
            new UnknownHostException("hub")))
        .hasMessageContaining("there is no network, or no host hub (attempt 5)");
  }
}

package io.github.bge4j.internal.hub;

import io.github.bge4j.HubException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Counts failed attempts at one thing and waits longer after each, or as long as the server says.
 * Not thread-safe.
 */
final class Attempts {

  /** In a row, without any progress. */
  private static final int MOST = 5;

  private static final long FIRST_WAIT_MILLIS = 500;

  /** Nobody wants to look at a start that stands still for longer. */
  private static final long LONGEST_WAIT_MILLIS = 300_000;

  interface Action<T> {
    T run() throws IOException;
  }

  private final String what;
  private final Sleeper sleeper;
  private int failed;

  /**
   * Begins.
   *
   * @param what goes on, for messages
   */
  Attempts(String what, Sleeper sleeper) {
    this.what = what;
    this.sleeper = sleeper;
  }

  /** Does it until it succeeds. */
  static <T> T run(String what, Sleeper sleeper, Action<T> action) {
    Attempts attempts = new Attempts(what, sleeper);
    while (true) {
      try {
        return action.run();
      } catch (IOException e) {
        attempts.failed(e);
      }
    }
  }

  /** Forgets the failures: something was gained since. */
  void progressed() {
    failed = 0;
  }

  /**
   * Waits before the next attempt.
   *
   * @throws HubException if there is none
   */
  void failed(IOException reason) {
    failed++;
    long wait = FIRST_WAIT_MILLIS << (failed - 1);
    if (reason instanceof TryAgainException e) {
      wait = Math.max(wait, e.afterMillis().orElse(0));
    }
    if (failed == MOST || wait > LONGEST_WAIT_MILLIS || isOfCertificates(reason)) {
      throw new HubException(
          what + " must succeed: " + described(reason) + " (attempt " + failed + ")"
              + (wait > LONGEST_WAIT_MILLIS
                  ? "; it asks for a pause of " + wait / 1000 + " s, try again then"
                  : remedy(reason)),
          reason);
    }
    try {
      sleeper.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException(what + " was interrupted; what is there is kept", e);
    }
  }

  /** Any other failure of a handshake may be the network's. */
  private static boolean isOfCertificates(Throwable reason) {
    return Stream.iterate(reason, Objects::nonNull, Throwable::getCause)
        .anyMatch(cause ->
            cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException);
  }

  private static String described(IOException reason) {
    return reason instanceof UnknownHostException
        ? "there is no network, or no host " + reason.getMessage()
        : String.valueOf(reason instanceof TryAgainException ? reason.getMessage() : reason);
  }

  private static String remedy(IOException reason) {
    return isOfCertificates(reason)
        ? "; check HF_ENDPOINT and the certificates that this JVM trusts"
        : "; check the network, a proxy (-Dhttps.proxyHost) and HF_ENDPOINT, then run it again: it"
            + " goes on where it stopped";
  }
}

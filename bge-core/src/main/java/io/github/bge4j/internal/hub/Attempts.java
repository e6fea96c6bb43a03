package io.github.bge4j.internal.hub;

import io.github.bge4j.HubException;
import java.io.IOException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

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
      wait = e.afterMillis().orElse(wait);
    }
    if (failed == MOST || wait > LONGEST_WAIT_MILLIS || reason instanceof SSLException) {
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

  private static String described(IOException reason) {
    return reason instanceof UnknownHostException
        ? "there is no network, or no host " + reason.getMessage()
        : String.valueOf(reason instanceof TryAgainException ? reason.getMessage() : reason);
  }

  private static String remedy(IOException reason) {
    return reason instanceof SSLException
        ? "; check HF_ENDPOINT and the certificates that this JVM trusts"
        : "; check the network, a proxy (-Dhttps.proxyHost) and HF_ENDPOINT, then run it again: it"
            + " goes on where it stopped";
  }
}

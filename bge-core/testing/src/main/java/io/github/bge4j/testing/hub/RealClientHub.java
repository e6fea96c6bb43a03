package io.github.bge4j.testing.hub;

import java.util.concurrent.CountDownLatch;

/** Serves what {@code src/test/python/real_client.py} asks for, until the process is ended. */
final class RealClientHub {

  private RealClientHub() {}

  /**
   * Prints the endpoint.
   *
   * @param args {@code redirects} for relative redirects, or nothing
   */
  public static void main(String[] args) throws InterruptedException {
    TestHub hub = TestHub.start()
        .add(Models.tiny(Models.ID))
        .add(Models.tiny("no-namespace"))
        .add(Models.tiny("acme/gated"))
        .add(Models.tiny("acme/private"))
        .gate("acme/gated", "hf_member")
        .requireToken("acme/private", "hf_member")
        .invalidToken("hf_revoked")
        .pageEntries(2)
        .relativeRedirects(args.length > 0);
    System.out.println("HF_ENDPOINT=" + hub.endpoint());
    new CountDownLatch(1).await();
  }
}

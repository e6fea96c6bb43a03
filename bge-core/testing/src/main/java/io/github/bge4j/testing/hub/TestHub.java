package io.github.bge4j.testing.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/**
 * A hub on {@code 127.0.0.1} and its file storage on {@code localhost}, each on a port of its own:
 * what a client does is seen here, and what the hub does wrong is said here. Thread-safe; whoever
 * starts it closes it. All its threads are daemons.
 *
 * <p>What huggingface.co also has and this has not: Xet, compressed answers, HTTP/2, TLS.
 */
public final class TestHub implements AutoCloseable {

  private final List<HubRequest> requests = new CopyOnWriteArrayList<>();
  private final FaultRules faults = new FaultRules();
  private final Sender sender = new Sender();
  private final HubServer storageServer;
  private final HubServer hubServer;
  private final SignedUrls urls;
  private final HubSite site;

  private TestHub(int port) throws IOException {
    Exchanges exchanges = new Exchanges(requests, faults, sender);
    storageServer = HubServer.bind(0);
    urls = new SignedUrls(URI.create("http://localhost:" + storageServer.port()));
    site = new HubSite(urls);
    try {
      hubServer = HubServer.bind(port);
    } catch (IOException e) {
      storageServer.close();
      throw e;
    }
    storageServer.serve(exchanges, new StorageSite(site.repos, urls));
    hubServer.serve(exchanges, site);
  }

  /**
   * Starts an empty hub on free ports.
   *
   * @return a running hub
   * @throws UncheckedIOException if no port can be opened
   */
  public static TestHub start() {
    return start(0);
  }

  /**
   * Starts an empty hub.
   *
   * @param port of the hub; 0 for a free one
   * @return a running hub
   * @throws UncheckedIOException if the port cannot be opened
   */
  public static TestHub start(int port) {
    try {
      return new TestHub(port);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on port " + port + " of 127.0.0.1", e);
    }
  }

  /**
   * Serves a repository; what is not committed yet is committed to {@code main}.
   *
   * @param repo replaces one of the same identifier
   * @return this
   */
  public TestHub add(TestRepo repo) {
    repo.commitChanges();
    site.repos.put(repo.id(), repo);
    return this;
  }

  /**
   * Returns the value for {@code HF_ENDPOINT}.
   *
   * @return without a slash at the end
   */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + hubServer.port());
  }

  /**
   * Returns the host of the LFS files.
   *
   * @return without a slash at the end
   */
  public URI storage() {
    return URI.create("http://localhost:" + storageServer.port());
  }

  /**
   * Returns all requests that came in, to either host.
   *
   * @return a copy, in the order of their coming
   */
  public List<HubRequest> requests() {
    return List.copyOf(requests);
  }

  /**
   * Returns how much of a file went out, over all requests.
   *
   * @param file path in the repository
   * @return bytes of bodies of 200 and 206
   */
  public long bytesSent(String file) {
    return requests.stream()
        .filter(request -> request.file().equals(file))
        .filter(request -> request.status() == 200 || request.status() == 206)
        .mapToLong(HubRequest::bytesSent)
        .sum();
  }

  /**
   * Makes a repository private: without the token it does not seem to exist.
   *
   * @param repo identifier
   * @param token the one that is let in
   * @return this
   */
  public TestHub requireToken(String repo, String token) {
    site.access.makePrivate(repo, token);
    return this;
  }

  /**
   * Makes a repository gated: everybody sees the listing, and only the token gets files.
   *
   * @param repo identifier
   * @param token the one that is let in
   * @return this
   */
  public TestHub gate(String repo, String token) {
    site.access.makeGated(repo, token);
    return this;
  }

  /**
   * Makes a token invalid, for public repositories too. Tokens that nothing was said about belong
   * to users without special rights.
   *
   * @param token is refused with 401
   * @return this
   */
  public TestHub invalidToken(String token) {
    site.access.invalidate(token);
    return this;
  }

  /**
   * Sets how many entries a page of a tree has; the default is 1,000.
   *
   * @param entries at least 1
   * @return this
   */
  public TestHub pageEntries(int entries) {
    site.pageEntries = entries;
    return this;
  }

  /**
   * Sets whether files that are not LFS are behind a redirect with a relative location, as on
   * huggingface.co; the default is not.
   *
   * @param on whether they are
   * @return this
   */
  public TestHub relativeRedirects(boolean on) {
    site.relativeRedirects = on;
    return this;
  }

  /** Lets all storage URLs that were given out expire: they are answered with 403 from now on. */
  public void expireUrls() {
    urls.expire();
  }

  /**
   * Spoils the next answers of a kind, one fault each; later ones are well again.
   *
   * @param target which requests
   * @param script in the order of the requests; {@link Fault#none()} leaves one out
   * @return this
   */
  public TestHub faults(Predicate<HubRequest> target, Fault... script) {
    faults.script(target, List.of(script));
    return this;
  }

  /**
   * Spoils all answers of a kind. Of several faults for one request the one that was added first
   * strikes, alone.
   *
   * @param target which requests
   * @param fault what is wrong with them
   * @return this
   */
  public TestHub always(Predicate<HubRequest> target, Fault fault) {
    faults.always(target, fault);
    return this;
  }

  /** Ends all faults. */
  public void clearFaults() {
    faults.clear();
  }

  /**
   * Calls a hook whenever bytes of LFS files have been sent.
   *
   * @param largestPieceBytes how often: after so many bytes of an answer, or fewer at its end
   * @param hook gets the bytes of all LFS answers so far; one call at a time, and all LFS answers
   *     wait for it
   * @return this
   */
  public TestHub onBytes(int largestPieceBytes, LongConsumer hook) {
    sender.onBytes(largestPieceBytes, hook);
    return this;
  }

  /** Closes all connections and ends all answers, stalled ones too. */
  @Override
  public void close() {
    hubServer.close();
    storageServer.close();
  }

  /**
   * Serves model folders until the process is ended, and prints the endpoint.
   *
   * @param args {@code [--port N] ID=FOLDER...}
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    int first = args.length > 1 && args[0].equals("--port") ? 2 : 0;
    if (args.length == first) {
      System.err.println("usage: TestHub [--port N] org/name=folder...");
      System.exit(2);
    }
    TestHub hub = start(first == 2 ? Integer.parseInt(args[1]) : 0);
    for (String pair : List.of(args).subList(first, args.length)) {
      int equals = pair.indexOf('=');
      hub.add(TestRepo.of(pair.substring(0, equals)).folder(Path.of(pair.substring(equals + 1))));
    }
    System.out.println("HF_ENDPOINT=" + hub.endpoint());
    new CountDownLatch(1).await();
  }
}

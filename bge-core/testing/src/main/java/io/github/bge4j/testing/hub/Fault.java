package io.github.bge4j.testing.hub;

import java.net.URI;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Something that goes wrong with an answer. Every fault is deterministic. */
public final class Fault {

  private final BiConsumer<HubRequest, Answer> change;

  private Fault(BiConsumer<HubRequest, Answer> change) {
    this.change = change;
  }

  void apply(HubRequest request, Answer answer) {
    change.accept(request, answer);
  }

  /**
   * Changes nothing: a place in a script where all is well.
   *
   * @return a fault
   */
  public static Fault none() {
    return of(answer -> {});
  }

  /**
   * Closes the connection before any byte of the answer.
   *
   * @return a fault
   */
  public static Fault dropConnection() {
    return of(answer -> answer.dropped = true);
  }

  /**
   * Closes the connection after so many bytes of the body.
   *
   * @param bodyBytes of this answer, so counted from the start of the range
   * @return a fault
   */
  public static Fault cutAfter(long bodyBytes) {
    return of(answer -> answer.cut = due -> Math.min(due, bodyBytes));
  }

  /**
   * Closes the connection at a random byte, another one each time. At least one byte is sent, so
   * that a client that resumes comes to an end.
   *
   * @param seed of the random numbers
   * @return a fault
   */
  public static Fault truncateAtRandom(long seed) {
    Random random = new Random(seed);
    return of(answer -> answer.cut = due -> due == 0 ? 0 : 1 + random.nextLong(due));
  }

  /**
   * Sends the body in pieces, each when its turn comes.
   *
   * @param pieceBytes bytes of a piece, at least 1
   * @param pace is asked before each piece and after the last
   * @return a fault
   */
  public static Fault trickle(int pieceBytes, Pace pace) {
    return of(answer -> {
      answer.pieceBytes = pieceBytes;
      answer.pace = pace;
    });
  }

  /**
   * Sends so many bytes of the body, then waits until the gate is opened.
   *
   * @param bodyBytes 0 to wait behind the headers
   * @param gate a gate that never opens stalls until the hub is closed
   * @return a fault
   */
  public static Fault waitAfter(long bodyBytes, Gate gate) {
    return of(answer -> {
      answer.pieceEnd = bodyBytes;
      answer.pace = sent -> {
        if (sent == bodyBytes) {
          gate.pass();
        }
      };
    });
  }

  /**
   * Sends a body of the right length whose first byte is wrong.
   *
   * @return a fault
   */
  public static Fault wrongBytes() {
    return of(answer -> answer.corrupt = true);
  }

  /**
   * Declares a wrong Content-Length. If it is too large the connection is closed after the body; if
   * it is too small only so much of the body is sent.
   *
   * @param error bytes more than there are, or fewer if negative
   * @return a fault
   */
  public static Fault contentLength(long error) {
    return of(answer -> answer.lengthError = error);
  }

  /**
   * Answers a Range request with 200 and everything.
   *
   * @return a fault
   */
  public static Fault ignoreRange() {
    return of(answer -> answer.ranges = false);
  }

  /**
   * Answers with another ETag, as if the file had been replaced; If-Range is compared with it.
   *
   * @param value without quotes
   * @return a fault
   */
  public static Fault etag(String value) {
    return of(answer -> answer.header("ETag", '"' + value + '"'));
  }

  /**
   * Says that the part is another one than was asked for.
   *
   * @param value of {@code Content-Range}
   * @return a fault
   */
  public static Fault contentRange(String value) {
    return of(answer -> answer.header("Content-Range", value));
  }

  /**
   * Answers 429 with {@code Retry-After} and the {@code RateLimit} headers of the hub.
   *
   * @param retryAfterSeconds may be 0
   * @return a fault
   */
  public static Fault tooManyRequests(int retryAfterSeconds) {
    String message = "We had to rate limit your IP. To continue using our service, log in.";
    return status(429, message)
        .and(of(answer -> answer
            .header("Retry-After", String.valueOf(retryAfterSeconds))
            .header("RateLimit", "\"resolvers\";r=0;t=" + retryAfterSeconds)
            .header("RateLimit-Policy", "\"fixed window\";\"resolvers\";q=3000;w=300")));
  }

  /**
   * Answers with an error.
   *
   * @param status 500 or 503 for example
   * @param message body and {@code X-Error-Message}; ASCII
   * @return a fault
   */
  public static Fault status(int status, String message) {
    return of(answer -> answer.become(Answer.text(status, "text/plain; charset=utf-8", message)
        .header("X-Error-Message", message)));
  }

  /**
   * Answers 403 as the storage does for a URL whose time is over.
   *
   * @return a fault
   */
  public static Fault expiredUrl() {
    return of(
        answer -> answer.become(StorageSite.refused(403, "AccessDenied", "Request has expired")));
  }

  /**
   * Redirects a request to itself, for ever.
   *
   * @return a fault
   */
  public static Fault redirectLoop() {
    return new Fault((request, answer) -> answer.become(Answer.redirect(302, request.target())));
  }

  /**
   * Redirects to the same path and query on another host: another {@link TestHub} with the same
   * repository, or its storage, can answer.
   *
   * @param host scheme, host and port
   * @return a fault
   */
  public static Fault redirectTo(URI host) {
    return new Fault(
        (request, answer) -> answer.become(Answer.redirect(302, host + request.target())));
  }

  /**
   * Answers 200 with an HTML page, as a captive portal or a wrong endpoint does.
   *
   * @return a fault
   */
  public static Fault htmlPage() {
    String page = "<!doctype html><html><body><h1>Welcome to our network</h1></body></html>";
    return of(answer -> answer.become(Answer.text(200, "text/html; charset=utf-8", page)));
  }

  /**
   * Answers a listing with text that is cut in the middle and so no JSON.
   *
   * @return a fault
   */
  public static Fault notJson() {
    return of(answer ->
        answer.replaceBody("application/json; charset=utf-8", Content.of("{\"id\":\"BA")));
  }

  /**
   * Puts so many blanks before a listing: JSON still, but huge. It costs no memory here.
   *
   * @param bytes number of blanks
   * @return a fault
   */
  public static Fault huge(long bytes) {
    return of(answer ->
        answer.replaceBody("application/json; charset=utf-8", answer.content().afterBlanks(bytes)));
  }

  /**
   * Adds files of these names to a listing, malicious ones for example. They have 1 byte.
   *
   * @param names as they shall stand there
   * @return a fault
   */
  public static Fault extraNames(String... names) {
    List<String> listed = List.of(names);
    return of(answer -> listed.forEach(name -> ListingFaults.addName(answer.json, name)));
  }

  /**
   * Replaces every hash of files in a listing.
   *
   * @param value of the wrong length, or with a path in it, for example
   * @return a fault
   */
  public static Fault hashes(String value) {
    return of(answer -> ListingFaults.replaceHashes(answer.json, value));
  }

  /**
   * Leaves sizes and hashes out of model information, as if {@code blobs=true} were not known.
   *
   * @return a fault
   */
  public static Fault withoutSizes() {
    return of(answer -> ListingFaults.removeSizes(answer.json));
  }

  /**
   * Returns this and then another fault, on the same answer.
   *
   * @param other applied after this
   * @return a fault
   */
  public Fault and(Fault other) {
    return new Fault(change.andThen(other.change));
  }

  private static Fault of(Consumer<Answer> change) {
    return new Fault((request, answer) -> change.accept(answer));
  }
}

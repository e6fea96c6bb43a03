package io.github.bge4j.examples.facade;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Thrown to answer a request with an error; cheap, as it has no stack trace. */
final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** HTTP status. */
  private final int status;

  /** What is wrong, the first first; at least one. */
  private final transient List<Fault> faults;

  ApiException(int status, String code, @Nullable String param, String message) {
    this(status, List.of(new Fault(code, param, message)));
  }

  /**
   * Makes an error of what is wrong with a request.
   *
   * @param faults at least one
   */
  ApiException(int status, List<Fault> faults) {
    super(message(faults), null, false, false);
    this.status = status;
    this.faults = List.copyOf(faults);
  }

  private static String message(List<Fault> faults) {
    String first = faults.get(0).message();
    return faults.size() == 1 ? first : first + " (and " + (faults.size() - 1) + " more in detail)";
  }

  /** A body of the wrong shape. */
  static ApiException shape(String code, @Nullable String param, String message) {
    return new ApiException(422, code, param, message);
  }

  /** A body of the right shape with a value that cannot be served. */
  static ApiException value(String code, @Nullable String param, String message) {
    return new ApiException(400, code, param, message);
  }

  /** A body with more bytes than are read. */
  static ApiException tooLarge(String what, int maxBytes) {
    return new ApiException(
        413,
        "body_too_large",
        null,
        what + " must not be larger than " + maxBytes
            + " bytes (MAX_BODY_BYTES); send several requests");
  }

  int status() {
    return status;
  }

  String code() {
    return faults.get(0).code();
  }

  @Nullable String param() {
    return faults.get(0).param();
  }

  /** Returns what is wrong with the request; at least one. */
  List<Fault> faults() {
    return faults;
  }

  String message() {
    return String.valueOf(getMessage());
  }
}

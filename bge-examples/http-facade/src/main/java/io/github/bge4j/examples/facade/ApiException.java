package io.github.bge4j.examples.facade;

import org.jspecify.annotations.Nullable;

/** Thrown to answer a request with an error; cheap, as it has no stack trace. */
final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** HTTP status. */
  private final int status;

  /** FastAPI's word for the kind of mistake, or OpenAI's code. */
  private final String code;

  /** The field at fault, or null. */
  private final @Nullable String param;

  ApiException(int status, String code, @Nullable String param, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.param = param;
  }

  /** A body of the wrong shape. */
  static ApiException shape(String code, @Nullable String param, String message) {
    return new ApiException(422, code, param, message);
  }

  /** A body of the right shape with a value that cannot be served. */
  static ApiException value(String code, @Nullable String param, String message) {
    return new ApiException(400, code, param, message);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  @Nullable String param() {
    return param;
  }

  String message() {
    return String.valueOf(getMessage());
  }
}

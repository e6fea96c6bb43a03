package io.github.bge4j.examples.facade;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the elements of a list, so that a client is told all of it. */
final class Faults {

  /** OpenAI's clients put all of an answer into the message of their exception. */
  private static final int MOST = 100;

  private final int status;
  private final List<Fault> faults = new ArrayList<>();

  /**
   * Begins with none.
   *
   * @param status 422 for a wrong shape, 400 for values that cannot be served
   */
  Faults(int status) {
    this.status = status;
  }

  void add(String code, String param, String message) {
    if (faults.size() < MOST) {
      faults.add(new Fault(code, param, message));
    }
  }

  /**
   * Does nothing if all is well.
   *
   * @throws ApiException if something was added
   */
  void check() {
    if (!faults.isEmpty()) {
      throw new ApiException(status, faults);
    }
  }
}

package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** The body of a successful answer, which is written when the client takes it. */
interface Answer {

  void write(JsonGenerator json) throws IOException;

  /** Returns the HTTP status. */
  default int status() {
    return 200;
  }

  /** Returns how many texts lost their end; told in a header. */
  default int truncated() {
    return 0;
  }
}

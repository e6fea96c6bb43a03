package io.github.bge4j;

import io.github.bge4j.batching.OverloadPolicy;
import io.github.bge4j.batching.RequestOptions;
import java.time.Duration;

/** How calls are treated that say nothing about it: callers wait as long as it takes. */
final class Requests {

  static final OverloadPolicy WAIT = OverloadPolicy.waitUpTo(Duration.ofNanos(Long.MAX_VALUE));

  static final RequestOptions QUERY = RequestOptions.query().withOverload(WAIT);
  static final RequestOptions BULK = RequestOptions.bulk().withOverload(WAIT);

  private Requests() {}

  /** Somebody waits for a query; passages are embedded in bulk. */
  static RequestOptions of(InputType type) {
    return type == InputType.QUERY ? QUERY : BULK;
  }
}

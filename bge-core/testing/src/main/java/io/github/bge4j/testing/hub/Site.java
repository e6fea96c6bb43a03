package io.github.bge4j.testing.hub;

import java.net.URI;

/** One of the two hosts. Thread-safe. */
interface Site {

  /** Says what a request asks for, before faults and answer. */
  Route route(URI uri);

  /** Makes the answer that the real service gives. */
  Answer answer(Route route, HubRequest request, URI uri);
}

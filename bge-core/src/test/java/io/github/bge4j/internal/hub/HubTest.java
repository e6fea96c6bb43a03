package io.github.bge4j.internal.hub;

import static io.github.bge4j.internal.hub.HubFixture.MODEL;

import java.nio.charset.Charset;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with a hub and an empty cache of its own. */
abstract class HubTest {

  @TempDir
  Path folder;

  Path cache;
  HubFixture on;

  @BeforeEach
  void start() {
    cache = cache(folder);
    on = new HubFixture(cache);
  }

  /** Returns where in an empty folder the cache is to be. */
  Path cache(Path parent) {
    return parent;
  }

  @AfterEach
  void stop() {
    on.close();
  }

  /** Returns whether a file can have this name in the locale of this process. */
  static boolean canName(String name) {
    return Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode(name);
  }

  Path find() {
    return on.client().find(MODEL);
  }
}

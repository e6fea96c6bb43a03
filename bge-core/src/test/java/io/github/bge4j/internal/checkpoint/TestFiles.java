package io.github.bge4j.internal.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** Files under {@code src/test/resources/checkpoint}; their README says where they come from. */
final class TestFiles {

  private TestFiles() {}

  static Path path(String name) {
    URL url = TestFiles.class.getResource("/checkpoint/" + name);
    try {
      return Path.of(Objects.requireNonNull(url, name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Region file(String name) {
    return Region.ofFile(path(name));
  }

  static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Region memory(byte[] bytes) {
    return Region.ofMemory("test file", ByteBuffer.wrap(bytes));
  }

  static Region memory(String text) {
    return memory(text.getBytes(StandardCharsets.UTF_8));
  }

  static WeightReference weight(Map<String, WeightReference> weights, String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }
}

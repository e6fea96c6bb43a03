package io.github.bge4j.testing.hub;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A small model in several revisions, for the tests and for the real client. */
final class Models {

  static final String ID = "acme/tiny-model";
  static final String WEIGHTS = "model.safetensors";
  static final int WEIGHTS_BYTES = 100_000;

  private Models() {}

  /** Two commits on main, the first tagged v1; a branch and a pull request. */
  static TestRepo tiny(String id) {
    return TestRepo.of(id)
        .file("config.json", bytes("{\"version\":1}"))
        .file("1_Pooling/config.json", bytes("{}"))
        .file("a name+with %&ü.txt", bytes("odd"))
        .lfs(WEIGHTS, weights(1))
        .commit("main")
        .tag("v1")
        .file("config.json", bytes("{\"version\":2}"))
        .commit("main")
        .lfs(WEIGHTS, weights(2))
        .commit("refs/pr/1")
        .file("onnx/model.onnx_data", weights(3))
        .commit("dev");
  }

  static byte[] weights(int seed) {
    byte[] bytes = new byte[WEIGHTS_BYTES];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

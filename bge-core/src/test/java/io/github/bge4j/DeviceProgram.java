package io.github.bge4j;

import java.nio.file.Path;

/** Opens a folder on devices and prints where it is, or why not. */
final class DeviceProgram {

  private DeviceProgram() {}

  /** Takes the folder of a model and devices. */
  public static void main(String[] args) {
    ModelSource source = ModelSource.directory(Path.of(args[0]));
    try (BgeEmbedder embedder =
        BgeEmbedder.builder().model(source).devices(Device.parse(args[1])).build()) {
      System.out.println(embedder.device() + ": " + embedder.dense("Paris").length);
    } catch (DeviceException e) {
      System.out.println(e.reason() + ": " + e.getMessage());
    }
  }
}

package io.github.bge4j.internal.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A copy of the native tokenizer library for our class loader alone, in a temporary folder.
 *
 * <p>It goes as soon as it is loaded. Windows keeps a file that is in use; such a copy goes when
 * another one is made later, and so does one whose process was killed in between.
 */
final class LibraryCopy {

  private static final String PREFIX = "bge4j-tokenizers-";

  /** Longer than any copy takes between writing and loading. */
  private static final Duration STALE = Duration.ofHours(1);

  /** In the order of loading: each needs those before it. */
  private static final List<String> FILES = System.getProperty("os.name").startsWith("Windows")
      ? List.of("libwinpthread-1.dll", "libgcc_s_seh-1.dll", "libstdc++-6.dll", "tokenizers.dll")
      : List.of(System.mapLibraryName("tokenizers"));

  private LibraryCopy() {}

  /**
   * Loads a copy for the class loader of this class.
   *
   * @param directory where the folder is made
   * @throws UnsatisfiedLinkError if it cannot be loaded
   */
  static void load(Path directory) throws IOException {
    deleteStale(directory);
    Path folder = Files.createTempDirectory(directory.toAbsolutePath(), PREFIX);
    try {
      for (String file : FILES) {
        Path copy = folder.resolve(file);
        try (InputStream in = resource(file)) {
          Files.copy(in, copy);
        }
        System.load(copy.toString());
      }
    } finally {
      delete(folder);
    }
  }

  private static InputStream resource(String file) throws IOException {
    String name = "/native/lib/" + platform() + "/cpu/" + file;
    InputStream in = TokenizersLibrary.class.getResourceAsStream(name);
    if (in == null) {
      throw new NoSuchFileException(name, null, "ai.djl.huggingface:tokenizers has no such file");
    }
    return in;
  }

  private static String platform() {
    String system = System.getProperty("os.name");
    String prefix =
        system.startsWith("Windows") ? "win" : system.startsWith("Mac") ? "osx" : "linux";
    String processor = System.getProperty("os.arch");
    return prefix + "-" + (processor.equals("amd64") ? "x86_64" : processor);
  }

  private static void deleteStale(Path directory) {
    Instant limit = Instant.now().minus(STALE);
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory, PREFIX + "*")) {
      for (Path folder : folders) {
        // Others may put links into a directory that all share.
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
            && Files.getLastModifiedTime(folder).toInstant().isBefore(limit)) {
          delete(folder);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Another process was faster, or the directory is unusable: making the folder will tell.
    }
  }

  /** Deletes what nobody uses. */
  private static void delete(Path folder) {
    try {
      for (String file : FILES) {
        Files.deleteIfExists(folder.resolve(file));
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // In use, or not ours.
    }
  }
}

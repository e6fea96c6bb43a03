package io.github.bge4j.internal.runtime;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The shared libraries that ONNX Runtime's CUDA provider is linked with, and where this process
 * finds them.
 *
 * <p>The loader names the first that is missing only, and on Windows none. So they are looked for
 * again where it looks, to name all. Immutable.
 *
 * @param driver the library that comes with the driver
 * @param toolkit the libraries of CUDA, each after those that it needs itself
 * @param folders where the loader looks, and the folder of the user
 * @param cache the loader's own list of libraries, names and paths that end with NUL; or empty
 * @param root the folder of the user; null for none
 */
record CudaLibraries(
    String driver,
    List<String> toolkit,
    List<Path> folders,
    String cache,
    @Nullable Path root) {

  /** Names a folder to load the libraries from: with them, of a toolkit, or of Python packages. */
  static final String PATH_PROPERTY = "bge4j.cuda.path";

  /** cuRAND of CUDA 12 is version 10. No function of it is used, but it is linked. */
  private static final List<String> ON_LINUX =
      List.of("libcudart.so.12", "libcublasLt.so.12", "libcublas.so.12", "libcurand.so.10");

  private static final List<String> ON_WINDOWS =
      List.of("cudart64_12.dll", "cublasLt64_12.dll", "cublas64_12.dll", "curand64_10.dll");

  private static final Path LINUX_CACHE = Path.of("/etc/ld.so.cache");

  /** Where the loader of Linux looks whatever it is told. */
  private static final List<String> LINUX_FOLDERS =
      List.of("/lib64", "/usr/lib64", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu");

  /** Below the folder of the user: a toolkit's, and those of the packages nvidia-*-cu12. */
  private static final List<String> BELOW_ROOT =
      List.of("lib64", "lib", "bin", "*/lib", "*/bin", "nvidia/*/lib", "nvidia/*/bin");

  /** Looks at this system; reads a file of it and lists the folder of the user. */
  static CudaLibraries ofSystem() {
    String property = System.getProperty(PATH_PROPERTY, "");
    Path root = property.isBlank() ? null : Path.of(property).toAbsolutePath();
    List<Path> folders = new ArrayList<>(folders(root));
    boolean windows = isWindows();
    folders.addAll(paths(System.getenv(windows ? "PATH" : "LD_LIBRARY_PATH")));
    if (!windows) {
      LINUX_FOLDERS.forEach(folder -> folders.add(Path.of(folder)));
    }
    return windows
        ? new CudaLibraries("nvcuda.dll", ON_WINDOWS, folders, "", root)
        : new CudaLibraries("libcuda.so.1", ON_LINUX, folders, linuxCache(), root);
  }

  static boolean isWindows() {
    return System.getProperty("os.name").startsWith("Windows");
  }

  /** Tells whether ONNX Runtime has a build with CUDA for this system. */
  static boolean isPlatformWithCuda() {
    String arch = System.getProperty("os.arch");
    return (isWindows() || System.getProperty("os.name").startsWith("Linux"))
        && (arch.equals("amd64") || arch.equals("x86_64"));
  }

  private static String linuxCache() {
    try {
      return Files.exists(LINUX_CACHE)
          ? Files.readString(LINUX_CACHE, StandardCharsets.ISO_8859_1)
          : "";
    } catch (IOException e) {
      // Then what is said of missing libraries may name one too many.
      return "";
    }
  }

  private static List<Path> paths(@Nullable String list) {
    List<Path> paths = new ArrayList<>();
    String[] entries = list == null ? new String[0] : list.split(File.pathSeparator, -1);
    Arrays.stream(entries).filter(entry -> !entry.isBlank()).forEach(entry -> {
      try {
        paths.add(Path.of(entry));
      } catch (InvalidPathException e) {
        // The loader finds nothing there either.
      }
    });
    return paths;
  }

  /** Returns the folder of the user and those below it that may hold libraries. */
  static List<Path> folders(@Nullable Path root) {
    if (root == null) {
      return List.of();
    }
    List<Path> folders = new ArrayList<>(List.of(root));
    for (String pattern : BELOW_ROOT) {
      List<Path> level = List.of(root);
      for (String name : pattern.split("/", -1)) {
        level = level.stream().flatMap(folder -> children(folder, name)).toList();
      }
      folders.addAll(level);
    }
    return folders;
  }

  private static Stream<Path> children(Path folder, String glob) {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      entries.forEach(found::add);
    } catch (IOException e) {
      // What cannot be listed cannot be loaded from.
      return Stream.empty();
    }
    return found.stream().filter(Files::isDirectory).sorted();
  }

  /** Returns a library of this name that the loader finds by a folder, not by its cache. */
  private Optional<Path> file(String name) {
    return folders.stream()
        .map(folder -> folder.resolve(name))
        .filter(Files::exists)
        .findFirst();
  }

  private boolean has(String name) {
    return file(name).isPresent() || cache.contains("/" + name + "\0");
  }

  boolean hasDriver() {
    return has(driver);
  }

  /**
   * Returns the libraries of CUDA 12 that are nowhere, in their order; empty if none is missing.
   */
  List<String> missing() {
    return toolkit.stream().filter(name -> !has(name)).toList();
  }

  /** Returns a library of another CUDA whose counterpart is missing; empty if there is none. */
  Optional<String> ofOtherVersion() {
    return missing().stream()
        .flatMap(name -> Stream.of("11", "13").map(version -> name.replace("12", version)))
        .filter(name -> !toolkit.contains(name) && has(name))
        .findFirst();
  }

  /**
   * Loads those of the user's folder: the loader then knows them by name, which it would not find
   * there. Does nothing without such a folder.
   *
   * @throws LinkageError if one is there and cannot be loaded
   */
  void load() {
    if (root == null) {
      return;
    }
    for (String name : toolkit) {
      file(name).filter(file -> file.startsWith(root)).ifPresent(file -> {
        try {
          System.load(file.toString());
        } catch (UnsatisfiedLinkError e) {
          // Of another class loader, it serves this one as well.
          if (!String.valueOf(e.getMessage()).contains("already loaded")) {
            throw e;
          }
        }
      });
    }
  }
}

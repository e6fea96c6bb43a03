package io.github.bge4j;

import io.github.bge4j.testing.Jdk;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A class loader with a library and tests of its own, as a web application has one. It shares
 * nothing with the loader of the tests but the JDK.
 */
final class ApplicationLoader implements AutoCloseable {

  private final URLClassLoader loader;

  private ApplicationLoader(URLClassLoader loader) {
    this.loader = loader;
  }

  static ApplicationLoader open() {
    return behind(List.of());
  }

  /** A loader whose parent has some libraries, which win over its own. */
  static ApplicationLoader behind(List<Path> libraries) {
    ClassLoader parent = new URLClassLoader(urls(libraries), ClassLoader.getPlatformClassLoader());
    String[] own = Jdk.classPath().split(File.pathSeparator);
    return new ApplicationLoader(
        new URLClassLoader(urls(Arrays.stream(own).map(Path::of).toList()), parent));
  }

  private static URL[] urls(List<Path> paths) {
    return paths.stream().map(ApplicationLoader::url).toArray(URL[]::new);
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes an instance of its own version of a class that answers questions. */
  @SuppressWarnings("unchecked")
  Function<String, String> make(Class<? extends Function<String, String>> type)
      throws ReflectiveOperationException {
    return (Function<String, String>)
        loader.loadClass(type.getName()).getDeclaredConstructor().newInstance();
  }

  ClassLoader loader() {
    return loader;
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}

package io.github.bge4j.examples.facade;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The description of the service, {@code /openapi.json}, and Swagger UI that shows it at
 * {@code /docs}; the playground at {@code /}. Each file has a route of its own, so a path never
 * becomes a file's name.
 */
final class DocsPages {

  private static final String HTML = "text/html; charset=utf-8";
  private static final String CSS = "text/css; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private DocsPages() {}

  static Routes addTo(Routes routes) {
    String swagger = "/META-INF/resources/webjars/swagger-ui/" + swaggerVersion() + "/";
    return routes
        .page("/", page("playground/index.html", HTML))
        .page("/playground/style.css", page("playground/style.css", CSS))
        .page("/playground/app.js", page("playground/app.js", SCRIPT))
        .page("/playground/views.js", page("playground/views.js", SCRIPT))
        .page("/playground/icon.svg", page("playground/icon.svg", "image/svg+xml"))
        .page("/openapi.json", page("openapi.json", "application/json"))
        .page("/docs", page("docs/index.html", HTML))
        .page("/docs/start.js", page("docs/start.js", SCRIPT))
        .page("/docs/swagger-ui.css", page(swagger + "swagger-ui.css", CSS))
        .page("/docs/swagger-ui-bundle.js", page(swagger + "swagger-ui-bundle.js", SCRIPT))
        .page("/docs/favicon-32x32.png", page(swagger + "favicon-32x32.png", "image/png"));
  }

  private static Page page(String resource, String contentType) {
    return new Page(contentType, read(resource));
  }

  /** The web jar puts its version into its paths. */
  private static String swaggerVersion() {
    Properties properties = new Properties();
    try (InputStream in = open("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "unknown");
  }

  private static byte[] read(String resource) {
    try (InputStream in = open(resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    InputStream in = DocsPages.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("the class path must hold " + resource
          + "; put the facade's resources and org.webjars:swagger-ui on it");
    }
    return in;
  }
}

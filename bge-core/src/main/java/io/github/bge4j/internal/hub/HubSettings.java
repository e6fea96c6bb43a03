package io.github.bge4j.internal.hub;

import io.github.bge4j.InvalidOptionException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the hub is and where its files go.
 *
 * @param endpoint of the hub, without a slash at its end
 * @param cache the folder that holds one folder a model
 * @param token sent to the endpoint's host alone; null for none
 * @param offline true for never touching the network
 */
public record HubSettings(
    URI endpoint, Path cache, @Nullable String token, boolean offline) {

  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

  /** Checks the endpoint and the token, of which a header is made. */
  public HubSettings {
    String scheme = String.valueOf(endpoint.getScheme());
    if (!scheme.matches("https?") || endpoint.getHost() == null) {
      throw new InvalidOptionException("the hub's endpoint (HF_ENDPOINT) must be an http or https"
          + " address: " + endpoint + "; unset it for " + DEFAULT_ENDPOINT);
    }
    if (token != null && !token.matches("[!-~]+")) {
      throw new InvalidOptionException("the hub's token (HF_TOKEN) must be printable ASCII without"
          + " spaces: it has other characters; copy it anew");
    }
  }

  /**
   * Reads the variables of Python's {@code huggingface_hub} 1.33, with its defaults.
   *
   * @param environment gives the value of a variable, or null
   */
  public static HubSettings of(UnaryOperator<@Nullable String> environment, Path home) {
    Environment variables = new Environment(environment, home);
    Path caches = variables.path("XDG_CACHE_HOME", home.resolve(".cache"));
    Path hubHome = variables.path("HF_HOME", caches.resolve("huggingface"));
    Path oldCache = variables.path("HUGGINGFACE_HUB_CACHE", hubHome.resolve("hub"));
    return new HubSettings(
        endpoint(variables.text("HF_ENDPOINT", DEFAULT_ENDPOINT)),
        variables.path("HF_HUB_CACHE", oldCache),
        token(variables, hubHome),
        variables.flag("HF_HUB_OFFLINE") || variables.flag("TRANSFORMERS_OFFLINE"));
  }

  /** Reads an address; a slash at its end makes no difference. */
  public static URI endpoint(String address) {
    try {
      return URI.create(address.strip().replaceAll("/+$", ""));
    } catch (IllegalArgumentException e) {
      throw new InvalidOptionException("the hub's endpoint (HF_ENDPOINT) must be an address: "
          + e.getMessage() + "; unset it for " + DEFAULT_ENDPOINT);
    }
  }

  private static @Nullable String token(Environment variables, Path hubHome) {
    if (variables.flag("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      return null;
    }
    String token = variables.text("HF_TOKEN", variables.text("HUGGING_FACE_HUB_TOKEN", ""));
    if (token.isEmpty()) {
      token = read(variables.path("HF_TOKEN_PATH", hubHome.resolve("token")));
    }
    return token.isEmpty() ? null : token;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      // A token that nobody asked for must not stop a public model.
      return "";
    }
  }

  /** Sign-in data has no place in messages. */
  @Override
  public String toString() {
    return "HubSettings[" + endpoint + ", " + cache + (offline ? ", offline]" : "]");
  }

  private record Environment(UnaryOperator<@Nullable String> variables, Path home) {

    String text(String name, String otherwise) {
      String value = variables.apply(name);
      return value == null || value.isBlank() ? otherwise : value.strip();
    }

    boolean flag(String name) {
      return TRUE.contains(text(name, "").toUpperCase(Locale.ROOT));
    }

    Path path(String name, Path otherwise) {
      String value = text(name, "");
      if (value.isEmpty()) {
        return otherwise;
      }
      return value.startsWith("~/") ? home.resolve(value.substring(2)) : Path.of(value);
    }
  }
}

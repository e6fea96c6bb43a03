package io.github.bge4j.internal.hub;

import io.github.bge4j.InvalidOptionException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
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
          + " address: " + withoutPassword(endpoint.toString()) + "; unset it for "
          + DEFAULT_ENDPOINT);
    }
    if (endpoint.getRawUserInfo() != null) {
      throw new InvalidOptionException("the hub's endpoint (HF_ENDPOINT) must be without a user's"
          + " name or password: " + withoutPassword(endpoint.toString())
          + "; use a token (HF_TOKEN)");
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
    UnaryOperator<String> text = name -> {
      String value = environment.apply(name);
      return value == null ? "" : value.strip();
    };
    Predicate<String> flag = name -> TRUE.contains(text.apply(name).toUpperCase(Locale.ROOT));
    Path caches = path(text.apply("XDG_CACHE_HOME"), home, home.resolve(".cache"));
    Path hubHome = path(text.apply("HF_HOME"), home, caches.resolve("huggingface"));
    Path oldCache = path(text.apply("HUGGINGFACE_HUB_CACHE"), home, hubHome.resolve("hub"));
    return new HubSettings(
        endpoint(first(text.apply("HF_ENDPOINT"), DEFAULT_ENDPOINT)),
        path(text.apply("HF_HUB_CACHE"), home, oldCache),
        flag.test("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? null : token(text, home, hubHome),
        flag.test("HF_HUB_OFFLINE") || flag.test("TRANSFORMERS_OFFLINE"));
  }

  private static String first(String value, String otherwise) {
    return value.isEmpty() ? otherwise : value;
  }

  private static Path path(String value, Path home, Path otherwise) {
    if (value.isEmpty()) {
      return otherwise;
    }
    return value.startsWith("~/") ? home.resolve(value.substring(2)) : Path.of(value);
  }

  /** Reads an address; a slash at its end makes no difference. */
  public static URI endpoint(String address) {
    try {
      return URI.create(address.strip().replaceAll("/+$", ""));
    } catch (IllegalArgumentException e) {
      throw new InvalidOptionException("the hub's endpoint (HF_ENDPOINT) must be an address: "
          + withoutPassword(address) + "; unset it for " + DEFAULT_ENDPOINT);
    }
  }

  private static String withoutPassword(String address) {
    return address.replaceFirst("//.*@", "//...@");
  }

  private static @Nullable String token(UnaryOperator<String> text, Path home, Path hubHome) {
    String token = first(text.apply("HF_TOKEN"), text.apply("HUGGING_FACE_HUB_TOKEN"));
    if (token.isEmpty()) {
      token = read(path(text.apply("HF_TOKEN_PATH"), home, hubHome.resolve("token")));
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
}

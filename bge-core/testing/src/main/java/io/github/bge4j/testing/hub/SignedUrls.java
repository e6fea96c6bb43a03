package io.github.bge4j.testing.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes and checks URLs of the storage host that look signed. They expire when a test says so, not
 * with time. Thread-safe.
 */
final class SignedUrls {

  private final URI storage;
  private final AtomicInteger generation = new AtomicInteger();

  SignedUrls(URI storage) {
    this.storage = storage;
  }

  void expire() {
    generation.incrementAndGet();
  }

  String sign(TestRepo repo, RepoFile file) {
    String path = "/repos/" + repo.id() + "/" + file.hash();
    String policy = policy(generation.get(), file.path());
    Query query = new Query()
        .with("response-content-disposition", disposition(file.path()))
        .with("Expires", String.valueOf(generation.get()))
        .with("Policy", policy)
        .with("Signature", signature(path, policy))
        .with("Key-Pair-Id", "K2L8F4GPSG1IFC");
    return storage + path + "?" + query;
  }

  /** Whether the URL was made here and since the last call of {@link #expire()}. */
  boolean isValid(String path, Query query) {
    return query.get("Signature").equals(signature(path, query.get("Policy")))
        && query.get("Policy").equals(policy(generation.get(), file(query)));
  }

  /** Returns the path of the file that the URL is for; empty if it names none. */
  static String file(Query query) {
    try {
      byte[] policy = Base64.getUrlDecoder().decode(query.get("Policy"));
      String text = new String(policy, StandardCharsets.UTF_8);
      return text.substring(text.indexOf(' ') + 1);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  static String disposition(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    String plain = name.replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "_");
    return "inline; filename*=UTF-8''%s; filename=\"%s\";".formatted(Query.escape(name), plain);
  }

  private static String policy(int generation, String file) {
    byte[] text = (generation + " " + file).getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
  }

  private static String signature(String path, String policy) {
    try {
      return Content.of(path + policy).digest("SHA-256", "signed by the stand-in ");
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail; this is a bug", e);
    }
  }
}

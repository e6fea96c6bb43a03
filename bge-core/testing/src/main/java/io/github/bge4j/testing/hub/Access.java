package io.github.bge4j.testing.hub;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who may read what. Repositories without a rule are public. Thread-safe. */
final class Access {

  private record Rule(boolean gated, String token) {}

  private final Map<String, Rule> rules = new ConcurrentHashMap<>();
  private final Set<String> invalidTokens = ConcurrentHashMap.newKeySet();

  void makePrivate(String repo, String token) {
    rules.put(repo, new Rule(false, token));
  }

  void makeGated(String repo, String token) {
    rules.put(repo, new Rule(true, token));
  }

  void invalidate(String token) {
    invalidTokens.add(token);
  }

  boolean isPrivate(String repo) {
    Rule rule = rules.get(repo);
    return rule != null && !rule.gated();
  }

  boolean isGated(String repo) {
    Rule rule = rules.get(repo);
    return rule != null && rule.gated();
  }

  /**
   * Refuses what may not be read.
   *
   * @param exists whether there is such a repository
   * @param content whether file content is asked for, which a gate guards, or a listing
   */
  void check(String repo, boolean exists, boolean content, HubRequest request) throws HubError {
    Optional<String> token =
        request.header("Authorization").map(value -> value.replaceFirst("^Bearer ", ""));
    if (token.filter(invalidTokens::contains).isPresent()) {
      throw HubError.invalidToken();
    }
    Rule rule = rules.get(repo);
    boolean granted = rule == null || token.filter(rule.token()::equals).isPresent();
    if (!exists || (!granted && !isGated(repo))) {
      throw token.isPresent() ? HubError.repoNotFound() : HubError.repoUnknownToStranger();
    }
    if (!granted && content) {
      throw token.isPresent() ? HubError.gatedForUser(repo) : HubError.gatedForStranger(repo);
    }
  }
}

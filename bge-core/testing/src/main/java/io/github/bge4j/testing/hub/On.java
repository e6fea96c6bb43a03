package io.github.bge4j.testing.hub;

import java.util.function.Predicate;

/** Which requests a fault strikes; to be combined with {@code and}, {@code or}, {@code negate}. */
public final class On {

  private On() {}

  /**
   * Strikes every request to the hub, none to the storage host.
   *
   * @return a condition
   */
  public static Predicate<HubRequest> hub() {
    return request -> request.kind() != RequestKind.STORAGE;
  }

  /**
   * Strikes requests of a kind.
   *
   * @param kind what is asked for
   * @return a condition
   */
  public static Predicate<HubRequest> kind(RequestKind kind) {
    return request -> request.kind() == kind;
  }

  /**
   * Strikes listings: model information and trees.
   *
   * @return a condition
   */
  public static Predicate<HubRequest> listing() {
    return kind(RequestKind.MODEL_INFO).or(kind(RequestKind.TREE));
  }

  /**
   * Strikes GET and HEAD requests for a file on the hub.
   *
   * @param file path in the repository
   * @return a condition
   */
  public static Predicate<HubRequest> resolve(String file) {
    return kind(RequestKind.RESOLVE).and(request -> request.file().equals(file));
  }

  /**
   * Strikes requests for a file on the storage host.
   *
   * @param file path in the repository
   * @return a condition
   */
  public static Predicate<HubRequest> storage(String file) {
    return kind(RequestKind.STORAGE).and(request -> request.file().equals(file));
  }

  /**
   * Strikes requests with a method.
   *
   * @param method {@code GET} or {@code HEAD}
   * @return a condition
   */
  public static Predicate<HubRequest> method(String method) {
    return request -> request.method().equals(method);
  }
}

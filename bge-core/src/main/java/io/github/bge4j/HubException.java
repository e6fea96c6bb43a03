package io.github.bge4j;

/**
 * Thrown when a model can neither be found in the cache nor be had from the hub: it does not exist,
 * access is refused, the network or the disk does not do its part, or what arrives is not what the
 * hub says. What has arrived is kept, and the next attempt goes on from there.
 */
public final class HubException extends ModelException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message rule, value and remedy
   */
  public HubException(String message) {
    super(message);
  }

  /**
   * Makes the exception.
   *
   * @param message rule, value and remedy
   * @param cause what went wrong below
   */
  public HubException(String message, Throwable cause) {
    super(message, cause);
  }
}

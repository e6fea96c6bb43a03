package io.github.bge4j.internal.hub;

import io.github.bge4j.HubException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the hub's refusals mean; its own codes are in {@code X-Error-Code}. */
final class HubErrors {

  private static final int TOO_MANY_REQUESTS = 429;
  private static final Pattern RESET = Pattern.compile(";\\s*t=(\\d{1,9})");

  /** A relative path reads like an id; only where there is no such folder is the hub asked. */
  static final String NO_FOLDER = "; there is no folder of that name either";

  private HubErrors() {}

  /**
   * Makes what to throw.
   *
   * @param byHub false if a host refused that the hub had sent us to
   * @return an exception that ends the attempts only if it is none of {@link TryAgainException}
   */
  static IOException of(
      HttpURLConnection answer, int status, boolean byHub, HubSettings settings, Subject subject) {
    if (!byHub) {
      // Addresses of storage hosts expire; the hub gives a new one.
      return new TryAgainException(
          answer.getURL().getHost() + " answers " + status + " for " + subject
              + (settings.token() == null ? "" : " (HF_ENDPOINT's host alone gets the token)"),
          waitMillis(answer));
    }
    if (status == TOO_MANY_REQUESTS) {
      return new TryAgainException(
          "the hub answers 429, too many requests, for " + subject
              + (settings.token() == null ? " (with HF_TOKEN it allows more)" : ""),
          waitMillis(answer));
    }
    if (status == HttpURLConnection.HTTP_CLIENT_TIMEOUT || status / 100 == 5) {
      return new TryAgainException(
          "the hub answers " + status + " for " + subject, waitMillis(answer));
    }
    throw new HubException(refusal(answer, status, settings, subject));
  }

  private static String refusal(
      HttpURLConnection answer, int status, HubSettings settings, Subject subject) {
    String header = answer.getHeaderField("X-Error-Code");
    String code = header == null ? "" : header;
    String at = settings.endpoint().getHost();
    String reason = " (" + status + (code.isEmpty() ? "" : ", " + code) + ", from " + at + ")";
    if (code.equals("GatedRepo")) {
      return "access to " + subject.model() + " must be granted" + reason
          + "; accept its terms on its page, and set HF_TOKEN to a token of that account";
    }
    if (code.equals("RevisionNotFound")) {
      return "revision " + subject.model().revision() + " of " + subject.model() + " must exist"
          + reason + "; choose a branch, a tag or a commit of it";
    }
    if (code.equals("EntryNotFound")) {
      return subject + " must exist" + reason + "; the listing names it, try again";
    }
    if (status == HttpURLConnection.HTTP_UNAUTHORIZED || code.equals("RepoNotFound")) {
      return "model " + subject.model() + " must exist and be readable" + reason
          + (settings.token() == null
              ? "; check its name, and if it is private set HF_TOKEN"
              : "; check its name, and whether the token (HF_TOKEN) is valid and may read it")
          + NO_FOLDER;
    }
    if (status == HttpURLConnection.HTTP_FORBIDDEN) {
      return "the hub must allow access to " + subject.model() + reason
          + "; check the rights of the token (HF_TOKEN)";
    }
    return "the hub must give " + subject + reason + "; check the model's name and HF_ENDPOINT";
  }

  /**
   * By the draft that the hub follows, {@code "api";r=0;t=55}: t seconds until requests count anew.
   */
  private static long untilTheNextWindow(String rateLimit) {
    Matcher seconds = RESET.matcher(rateLimit);
    return seconds.find() ? (Long.parseLong(seconds.group(1)) + 1) * 1000 : -1;
  }

  /** Seconds or a date; below 0 if nothing is said. */
  private static long waitMillis(HttpURLConnection answer) {
    String wait = answer.getHeaderField("Retry-After");
    if (wait == null) {
      return untilTheNextWindow(String.valueOf(answer.getHeaderField("RateLimit")));
    }
    if (wait.matches("\\d{1,9}")) {
      return Long.parseLong(wait) * 1000;
    }
    try {
      Instant then =
          ZonedDateTime.parse(wait, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Math.max(0, Duration.between(Instant.now(), then).toMillis());
    } catch (DateTimeException e) {
      return -1;
    }
  }
}

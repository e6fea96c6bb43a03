package io.github.bge4j.testing.hub;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a body that is due (RFC 9110, section 14).
 *
 * @param from first byte
 * @param length number of bytes; negative if the range lies behind the end
 * @param partial whether a range was asked for, and is obeyed
 */
record ByteRange(long from, long length, boolean partial) {

  private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  /** Several ranges at once, or a wrong syntax, are answered with everything. */
  static ByteRange of(HubRequest request, Answer answer, long size) {
    Matcher range = ONE.matcher(request.header("Range").orElse(""));
    String etag = answer.headers.getOrDefault("ETag", "");
    boolean same = request.header("If-Range").map(etag::equals).orElse(true);
    if (!answer.ranges || !same || !range.matches() || range.group().equals("bytes=-")) {
      return new ByteRange(0, size, false);
    }
    if (range.group(1).isEmpty()) {
      long length = Math.min(Long.parseLong(range.group(2)), size);
      return length == 0 ? unsatisfiable() : new ByteRange(size - length, length, true);
    }
    long from = Long.parseLong(range.group(1));
    long last = range.group(2).isEmpty() ? size - 1 : Long.parseLong(range.group(2));
    long length = Math.min(last, size - 1) - from + 1;
    return length <= 0 ? unsatisfiable() : new ByteRange(from, length, true);
  }

  boolean isSatisfiable() {
    return length >= 0;
  }

  private static ByteRange unsatisfiable() {
    return new ByteRange(0, -1, true);
  }
}

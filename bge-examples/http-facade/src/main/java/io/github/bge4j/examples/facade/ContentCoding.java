package io.github.bge4j.examples.facade;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** How the body of a request is packed. */
enum ContentCoding {
  IDENTITY,
  GZIP;

  /** What a client may send, in the words of HTTP. */
  static final String ACCEPTED = "gzip, identity";

  /**
   * Reads what a request says of its body.
   *
   * @param headers those named Content-Encoding, or null if there are none
   * @throws ApiException if it is packed in another way, or more than once
   */
  static ContentCoding of(@Nullable List<String> headers) {
    String coding =
        headers == null ? "" : String.join(",", headers).strip().toLowerCase(Locale.ROOT);
    return switch (coding) {
      case "", "identity" -> IDENTITY;
      case "gzip", "x-gzip" -> GZIP;
      default ->
        throw new ApiException(
            415, "content_encoding", null, "the Content-Encoding must be gzip or none");
    };
  }

  /**
   * Unpacks a body; makes at most one byte more of it than is allowed.
   *
   * @throws ApiException if it is damaged, or larger than {@code maxBytes} when unpacked
   */
  byte[] unpack(byte[] body, int maxBytes) {
    if (this == IDENTITY) {
      return body;
    }
    byte[] unpacked;
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      unpacked = in.readNBytes(maxBytes + 1);
    } catch (IOException e) {
      throw ApiException.value(
          "content_encoding", null, "the body must be gzip, as its Content-Encoding says");
    }
    if (unpacked.length > maxBytes) {
      throw ApiException.tooLarge("the unpacked body", maxBytes);
    }
    return unpacked;
  }
}

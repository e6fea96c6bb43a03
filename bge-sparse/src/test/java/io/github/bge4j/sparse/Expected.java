package io.github.bge4j.sparse;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The answers of the Python script, and digests in its layout. */
final class Expected {

  /** XLM-RoBERTa's. */
  static final int VOCABULARY_SIZE = 250_002;

  private Expected() {}

  /** Returns the columns after the first of every row of a kind. */
  static List<String[]> rows(String kind) {
    try (Stream<String> lines =
        Files.lines(Path.of("src", "test", "resources", "mappings", "expected.tsv"))) {
      return lines
          .filter(line -> line.startsWith(kind + "\t"))
          .map(line -> line.substring(kind.length() + 1).split("\t", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns SHA-256 over big-endian numbers. */
  static String digest(Content content) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (DataOutputStream out =
          new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
        content.write(out);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a digest is over. */
  interface Content {
    void write(DataOutputStream out) throws IOException;
  }
}

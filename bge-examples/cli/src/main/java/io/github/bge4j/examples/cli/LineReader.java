package io.github.bge4j.examples.cli;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8, whatever the platform's charset, and holds one at a time.
 *
 * <p>A line ends with LF or CR LF; other line separators belong to the text. A byte order mark is
 * skipped.
 */
final class LineReader implements Closeable {

  /** Far above any text a model reads; stops at a file that is not made of lines. */
  static final int MAX_LINE_BYTES = 64 << 20;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Input input;
  private final int maxLineBytes;
  private final byte[] chunk = new byte[1 << 16];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int position;
  private int limit;
  private long number;
  private long bytesRead;

  LineReader(Input input) {
    this(input, MAX_LINE_BYTES);
  }

  LineReader(Input input, int maxLineBytes) {
    this.input = input;
    this.maxLineBytes = maxLineBytes;
  }

  /** Returns what messages call the input. */
  String name() {
    return input.name();
  }

  /** Returns how many bytes the lines read so far have, their ends included. */
  long bytesRead() {
    return bytesRead;
  }

  /**
   * Returns the next line, or null at the end.
   *
   * @throws UsageException if the input cannot be read, is not UTF-8 or has an endless line
   */
  @Nullable Line next() {
    line.reset();
    number++;
    while (fill()) {
      int start = position;
      while (position < limit && chunk[position] != '\n') {
        position++;
      }
      append(start, position);
      if (position < limit) {
        position++;
        bytesRead++;
        return decode();
      }
    }
    return line.size() == 0 ? null : decode();
  }

  private boolean fill() {
    if (position == limit) {
      position = 0;
      try {
        limit = Math.max(0, input.stream().read(chunk));
      } catch (IOException e) {
        throw FileProblem.unreadable(name(), e);
      }
    }
    return limit > 0;
  }

  private void append(int from, int to) {
    line.write(chunk, from, to - from);
    bytesRead += to - from;
    if (line.size() > maxLineBytes) {
      throw UsageException.at(
          name(),
          number,
          "a line must have at most " + maxLineBytes + " bytes: it has more; is it a text file?");
    }
  }

  private Line decode() {
    byte[] bytes = line.toByteArray();
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    ByteBuffer encoded = ByteBuffer.wrap(bytes, 0, length);
    CharBuffer decoded = CharBuffer.allocate(length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(encoded, decoded, true);
    if (result.isError()) {
      throw UsageException.at(
          name(),
          number,
          "a line must be UTF-8: byte " + (encoded.position() + 1)
              + " of it is malformed; convert the file to UTF-8");
    }
    decoded.flip();
    String content = decoded.toString();
    return new Line(number, number == 1 ? withoutMark(content) : content);
  }

  /** Returns a file's text without the byte order mark that it may begin with. */
  static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}

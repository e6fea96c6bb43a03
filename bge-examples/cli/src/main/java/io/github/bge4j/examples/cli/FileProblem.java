package io.github.bge4j.examples.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Words for what the file system refuses. */
final class FileProblem {

  private FileProblem() {}

  static UsageException unreadable(String name, IOException cause) {
    return new UsageException(
        name + " must be a readable file: " + reason(cause) + "; check the path", cause);
  }

  /** Returns why, without the path, which some of these exceptions have for a message. */
  static String reason(IOException problem) {
    if (problem instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (problem instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (problem instanceof FileSystemException e && e.getReason() != null) {
      return e.getReason();
    }
    String message = problem.getMessage();
    return message == null ? problem.getClass().getSimpleName() : message;
  }
}

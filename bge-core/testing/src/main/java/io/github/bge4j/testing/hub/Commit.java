package io.github.bge4j.testing.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All files of a repository at one time. Immutable.
 *
 * @param sha 40 hexadecimal digits; equal histories have equal ones
 * @param files by path
 */
record Commit(String sha, Instant date, SortedMap<String, RepoFile> files) {

  private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

  static Commit of(String repo, int number, SortedMap<String, RepoFile> files) {
    String listing = files.values().stream()
        .map(file -> file.blobId() + ' ' + file.path() + '\n')
        .collect(Collectors.joining());
    try {
      String sha = Content.of(listing).digest("SHA-1", repo + ' ' + number + '\n');
      SortedMap<String, RepoFile> copy = Collections.unmodifiableSortedMap(new TreeMap<>(files));
      return new Commit(sha, FIRST.plus(number, ChronoUnit.MINUTES), copy);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail; this is a bug", e);
    }
  }
}

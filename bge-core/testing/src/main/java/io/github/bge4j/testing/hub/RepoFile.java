package io.github.bge4j.testing.hub;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A file of a commit.
 *
 * @param path relative to the repository, with slashes
 * @param lfs whether Git holds a pointer to it and the storage host the bytes
 * @param hash SHA-256 of the bytes if LFS, or else the SHA-1 of the Git blob; lower-case
 *     hexadecimal
 * @param blobId SHA-1 of the Git blob: of the pointer if LFS
 */
record RepoFile(String path, Content content, boolean lfs, String hash, String blobId) {

  static RepoFile plain(String path, Content content) throws IOException {
    String sha1 = gitSha1(content);
    return new RepoFile(path, content, false, sha1, sha1);
  }

  static RepoFile lfs(String path, Content content) throws IOException {
    String sha256 = content.digest("SHA-256", "");
    String blobId = gitSha1(Content.of(pointer(sha256, content.size())));
    return new RepoFile(path, content, true, sha256, blobId);
  }

  /** For listings of files that do not exist. */
  static RepoFile ofOneByte(String path) {
    try {
      return plain(path, Content.of("x"));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail; this is a bug", e);
    }
  }

  long size() {
    return content.size();
  }

  int pointerSize() {
    return pointer(hash, size()).length();
  }

  /** The format: git-lfs, docs/spec.md. */
  private static String pointer(String sha256, long size) {
    return "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
        .formatted(sha256, size);
  }

  private static String gitSha1(Content content) throws IOException {
    return content.digest("SHA-1", "blob " + content.size() + "\0");
  }
}

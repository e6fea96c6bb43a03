package io.github.bge4j.testing.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A model repository: files that are changed, and commits, branches and tags of them.
 *
 * <p>There is one working tree. {@link #commit(String)} takes a picture of it; what was changed
 * since is committed to {@code main} by {@link TestHub#add}. A repository may be changed while it
 * is served. Thread-safe.
 */
public final class TestRepo {

  /** The hub takes no larger file without LFS. */
  private static final long LFS_FROM_BYTES = 10_000_000;

  private static final Pattern LFS_NAME =
      Pattern.compile(".*(\\.(bin|safetensors|pt|onnx)|_data)", Pattern.DOTALL);
  private static final Pattern SHORT_SHA = Pattern.compile("[0-9a-f]{7,40}");

  private final String id;
  private final TreeMap<String, RepoFile> tree = new TreeMap<>();
  private final List<Commit> commits = new ArrayList<>();
  private final Map<String, Commit> refs = new LinkedHashMap<>();
  private final Map<String, Commit> tags = new LinkedHashMap<>();
  private boolean changed = true;

  private TestRepo(String id) {
    this.id = id;
  }

  /**
   * Returns an empty repository.
   *
   * @param id {@code namespace/name}, or a name alone
   * @return a repository without commits
   */
  public static TestRepo of(String id) {
    return new TestRepo(id);
  }

  /**
   * Adds all files of a folder and its folders; the rule of {@link #file} says which are LFS.
   *
   * @param folder its files are read when they are asked for, and must not change
   * @return this
   * @throws UncheckedIOException if the folder cannot be read
   */
  public TestRepo folder(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
        String name = folder.relativize(path).toString().replace('\\', '/');
        Content content = Content.of(path);
        add(name, content, isLfs(name, content));
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model folder " + folder, e);
    }
  }

  /**
   * Adds or replaces a file. It is LFS if its name ends in {@code .bin}, {@code .safetensors},
   * {@code .pt}, {@code .onnx} or {@code _data}, or if it has 10,000,000 bytes or more.
   *
   * @param path relative, with slashes
   * @param bytes not copied
   * @return this
   */
  public TestRepo file(String path, byte[] bytes) {
    Content content = Content.of(bytes);
    return addInMemory(path, content, isLfs(path, content));
  }

  /**
   * Adds or replaces a file that is LFS whatever its name and size.
   *
   * @param path relative, with slashes
   * @param bytes not copied
   * @return this
   */
  public TestRepo lfs(String path, byte[] bytes) {
    return addInMemory(path, Content.of(bytes), true);
  }

  /**
   * Removes a file from the working tree; commits keep it.
   *
   * @param path of a file that was added
   * @return this
   */
  public synchronized TestRepo remove(String path) {
    tree.remove(path);
    changed = true;
    return this;
  }

  /**
   * Commits the working tree.
   *
   * @param ref {@code main}, another branch or {@code refs/pr/N}; it is made or moved
   * @return this
   */
  public synchronized TestRepo commit(String ref) {
    Commit commit = Commit.of(id, commits.size(), tree);
    commits.add(commit);
    refs.put(ref, commit);
    changed = false;
    return this;
  }

  /**
   * Tags the last commit.
   *
   * @param name of the tag; it is made or moved
   * @return this
   * @throws IllegalStateException if there is no commit yet
   */
  public synchronized TestRepo tag(String name) {
    if (commits.isEmpty()) {
      throw new IllegalStateException(
          "a tag needs a commit, " + id + " has none: call commit(\"main\") before tag");
    }
    tags.put(name, commits.get(commits.size() - 1));
    return this;
  }

  /**
   * Returns the commit that a revision means.
   *
   * @param revision a branch, a tag, {@code refs/pr/N}, or a commit's 7 to 40 first digits
   * @return 40 hexadecimal digits
   * @throws IllegalArgumentException if there is no such revision
   */
  public String sha(String revision) {
    return commitOf(revision)
        .map(Commit::sha)
        .orElseThrow(() -> new IllegalArgumentException(
            id + " has no revision " + revision + "; it has " + revisions()));
  }

  /**
   * Returns the identifier.
   *
   * @return {@code namespace/name}, or a name alone
   */
  public String id() {
    return id;
  }

  synchronized void commitChanges() {
    if (changed) {
      commit("main");
    }
  }

  synchronized Optional<Commit> commitOf(String revision) {
    Commit named = refs.getOrDefault(revision, tags.get(revision));
    if (named != null || !SHORT_SHA.matcher(revision).matches()) {
      return Optional.ofNullable(named);
    }
    return commits.stream().filter(commit -> commit.sha().startsWith(revision)).findFirst();
  }

  /** Returns a copy: branches and pull requests, in the order of their making. */
  synchronized Map<String, Commit> refs() {
    return new LinkedHashMap<>(refs);
  }

  synchronized Map<String, Commit> tags() {
    return new LinkedHashMap<>(tags);
  }

  /** Returns the LFS file of that SHA-256 and path, of any commit. */
  synchronized Optional<RepoFile> lfsFile(String sha256, String path) {
    return commits.stream()
        .flatMap(commit -> Stream.ofNullable(commit.files().get(path)))
        .filter(file -> file.lfs() && file.hash().equals(sha256))
        .findFirst();
  }

  private synchronized List<String> revisions() {
    return Stream.concat(refs.keySet().stream(), tags.keySet().stream()).toList();
  }

  private TestRepo addInMemory(String path, Content content, boolean lfs) {
    try {
      add(path, content, lfs);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory cannot fail; this is a bug", e);
    }
  }

  private void add(String path, Content content, boolean lfs) throws IOException {
    RepoFile file = lfs ? RepoFile.lfs(path, content) : RepoFile.plain(path, content);
    synchronized (this) {
      tree.put(path, file);
      changed = true;
    }
  }

  private static boolean isLfs(String path, Content content) {
    return content.size() >= LFS_FROM_BYTES || LFS_NAME.matcher(path).matches();
  }
}

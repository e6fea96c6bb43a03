package io.github.bge4j.examples.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * The texts of a folder and of the folders in it. Hidden files and folders, those with a dot before
 * their names, are none of them. The folder may be a link, and so may a text; a link to a folder in
 * it is not followed, so that the walk ends and no text is read twice.
 */
final class TextFolder {

  private static final List<String> ENDINGS = List.of(".txt", ".md");

  private final Path folder;
  private final List<Path> files;

  private TextFolder(Path folder, List<Path> files) {
    this.folder = folder;
    this.files = files;
  }

  /**
   * Finds the texts, and reads none.
   *
   * @throws UsageException if there is none, or a folder cannot be read
   */
  static TextFolder open(Path folder) {
    try {
      Finder finder = new Finder(folder, folder.toRealPath());
      Files.walkFileTree(finder.root, finder);
      if (finder.found.isEmpty()) {
        throw new UsageException(folder + " must hold texts, " + String.join(" or ", ENDINGS)
            + ": it has none; name a file of JSON lines for others");
      }
      return new TextFolder(folder, finder.found.stream().sorted().toList());
    } catch (IOException e) {
      throw FileProblem.unreadable(folder.toString(), e);
    }
  }

  /** Returns how many files there are, blank ones included. */
  int count() {
    return files.size();
  }

  /** Reads one at a time, in the order of their names, without those that are blank. */
  Iterator<Document> documents() {
    return files.stream()
        .map(this::read)
        .filter(document -> !document.text().isBlank())
        .iterator();
  }

  private Document read(Path file) {
    String id = folder.relativize(file).toString().replace('\\', '/');
    String name = String.valueOf(file.getFileName());
    try {
      long bytes = Files.size(file);
      if (bytes > LineReader.MAX_LINE_BYTES) {
        throw new UsageException(file + " must have at most " + LineReader.MAX_LINE_BYTES
            + " bytes: it has " + bytes + "; is it a text file?");
      }
      String text = LineReader.withoutMark(Files.readString(file));
      return new Document(0, id, name.substring(0, name.lastIndexOf('.')), text);
    } catch (CharacterCodingException e) {
      throw new UsageException(file + " must be UTF-8: it is not; convert it", e);
    } catch (IOException e) {
      throw FileProblem.unreadable(file.toString(), e);
    }
  }

  /** Walks the folder itself where it is a link, and calls files as the user calls the folder. */
  private static final class Finder extends SimpleFileVisitor<Path> {

    final Path folder;
    final Path root;
    final List<Path> found = new ArrayList<>();

    Finder(Path folder, Path root) {
      this.folder = folder;
      this.root = root;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      return isHidden(directory) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String name = file.toString().toLowerCase(Locale.ROOT);
      if (!isHidden(file)
          && ENDINGS.stream().anyMatch(name::endsWith)
          && Files.isRegularFile(file)) {
        found.add(named(file));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException problem) {
      if (!isHidden(file)) {
        throw FileProblem.unreadable(named(file).toString(), problem);
      }
      return FileVisitResult.CONTINUE;
    }

    private boolean isHidden(Path file) {
      return !file.equals(root) && String.valueOf(file.getFileName()).startsWith(".");
    }

    private Path named(Path file) {
      return folder.resolve(root.relativize(file));
    }
  }
}

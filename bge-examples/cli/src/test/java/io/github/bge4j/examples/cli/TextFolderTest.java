package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files of a folder are texts, and what a text is. */
final class TextFolderTest {

  @TempDir
  private Path directory = Path.of("");

  private Path folder = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(directory.resolve("texts"));
    write("a.txt", "one");
    write("more/b.md", "two");
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, text);
  }

  private static List<Document> read(Path folder) {
    List<Document> documents = new ArrayList<>();
    TextFolder.open(folder).documents().forEachRemaining(documents::add);
    return documents;
  }

  private static List<String> ids(Path folder) {
    return read(folder).stream().map(Document::id).toList();
  }

  /** Makes a file or folder that nobody but the system's administrator can read. */
  private static void forbid(Path file) throws IOException {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeTrue(!Files.isReadable(file), "the administrator reads all");
  }

  @Test
  void documents_linkedFolder_areThoseOfTheFolder() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), folder);
    assertThat(read(link)).isEqualTo(read(folder)).hasSize(2);
    Files.write(folder.resolve("z.txt"), new byte[] {(byte) 0xff});
    assertThatThrownBy(() -> read(link))
        .hasMessage(link.resolve("z.txt") + " must be UTF-8: it is not; convert it");
  }

  @Test
  void documents_linksInAFolder_areOfTextsOnly() throws IOException {
    Path other = Files.createDirectories(directory.resolve("other"));
    Path text = Files.writeString(other.resolve("c.txt"), "three");
    Files.createSymbolicLink(folder.resolve("linked.txt"), text);
    Files.createSymbolicLink(folder.resolve("other"), other);
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    assertThat(ids(folder)).containsExactly("a.txt", "linked.txt", "more/b.md");
  }

  @Test
  void documents_hiddenOrBlank_areSkipped() throws IOException {
    write(".git/c.txt", "hidden");
    write("more/.d.md", "hidden");
    write("blank.txt", "\uFEFF \n");
    write("empty.md", "");
    assertThat(ids(folder)).containsExactly("a.txt", "more/b.md");
    assertThat(TextFolder.open(folder).count()).isEqualTo(4);
    assertThat(ids(folder.resolve(".git"))).containsExactly("c.txt");
  }

  @Test
  void documents_byteOrderMark_isNotOfTheText() throws IOException {
    write("a.txt", "\uFEFFone\uFEFF");
    assertThat(read(folder).get(0).text()).isEqualTo("one\uFEFF");
  }

  @Test
  void documents_aboveTheLimitOfALine_areRefused() throws IOException {
    Path large = write("large.txt", "");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(LineReader.MAX_LINE_BYTES + 1L);
    }
    assertThatThrownBy(() -> read(folder))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            large + " must have at most 67108864 bytes: it has 67108865; is it a text file?");
  }

  @Test
  void open_noTexts_isRefused() throws IOException {
    Path none = Files.createDirectories(directory.resolve("none"));
    Files.writeString(none.resolve("c.html"), "no text");
    assertThatThrownBy(() -> TextFolder.open(none))
        .isInstanceOf(UsageException.class)
        .hasMessage(none + " must hold texts, .txt or .md: it has none; name a file of JSON lines"
            + " for others");
  }

  @ParameterizedTest
  @ValueSource(strings = {"more", "a.txt"})
  void documents_unreadable_areNamed(String name) throws IOException {
    Path file = folder.resolve(name);
    forbid(file);
    assertThatThrownBy(() -> read(folder))
        .isInstanceOf(UsageException.class)
        .hasMessage(file + " must be a readable file: permission denied; check the path");
  }

  @Test
  void documents_unreadableButHidden_areSkipped() throws IOException {
    write(".git/c.txt", "hidden");
    forbid(folder.resolve(".git"));
    assertThat(ids(folder)).hasSize(2);
  }

  @Test
  void openReader_unreadableLines_areNamed() throws IOException {
    Path file = write("d.jsonl", "{\"text\":\"a\"}");
    forbid(file);
    assertThatThrownBy(() -> DocumentReader.open(file, Stdio.ofProcess()))
        .isInstanceOf(UsageException.class)
        .hasMessage(file + " must be a readable file: permission denied; check the path");
  }
}

package io.github.bge4j.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.Region;
import io.github.bge4j.internal.checkpoint.WeightReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentKeyTest {

  /** What the tests write is old then. */
  private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));

  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir
  private Path folder;

  private Path notes;
  private Path model;

  @BeforeEach
  void write() throws IOException {
    notes = Files.createDirectory(folder.resolve("notes"));
    model = Files.write(folder.resolve("model"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    Files.setLastModifiedTime(model, LONG_AGO);
  }

  @Test
  void get_unchangedFile_isWhatWasNoted() throws IOException {
    ContentKey first = key();
    first.note();
    Files.writeString(onlyNote(), "a".repeat(64));
    assertThat(key().get()).isEqualTo("a".repeat(64));
    assertThat(first.get()).hasSize(64).isNotEqualTo("a".repeat(64));
  }

  @Test
  void get_damagedNote_readsTheContent() throws IOException {
    ContentKey first = key();
    first.note();
    for (String note : List.of("", "x".repeat(64), "a".repeat(65))) {
      Files.writeString(onlyNote(), note);
      assertThat(key().get()).isEqualTo(first.get());
    }
  }

  /** As copying with times does; the file system knows better. */
  @Test
  void get_otherContentOfTheSameLengthAndTime_isAnother() throws IOException {
    ContentKey first = key();
    first.note();
    Path other = Files.write(folder.resolve("other"), new byte[] {1, 2, 3, 4, 5, 6, 7, 9});
    Files.setLastModifiedTime(other, LONG_AGO);
    Files.move(other, model, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(key().get()).isNotEqualTo(first.get());
  }

  @Test
  void get_sameContentElsewhere_isTheSame() throws IOException {
    String here = key().get();
    Path copy = Files.copy(model, folder.resolve("copy"));
    assertThat(new ContentKey("format", List.of(floats(copy)), notes, LATER).get())
        .isEqualTo(here);
    assertThat(new ContentKey("other format", List.of(floats(copy)), notes, LATER).get())
        .isNotEqualTo(here);
  }

  /** Its time of modification was set, as copying does; that of the change cannot be. */
  @Test
  void note_fileOfThisMoment_waits() {
    new ContentKey("format", List.of(floats(model)), notes, Clock.systemUTC()).note();
    assertThat(notes).isEmptyDirectory();
  }

  @Test
  void requireUnchanged_fileThatChangedSince_throws() throws IOException {
    ContentKey key = key();
    Files.write(model, new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
    key.note();
    assertThat(notes).isEmptyDirectory();
    Files.write(model, new byte[] {9, 9, 9, 9, 9, 9, 9, 9});
    assertThatThrownBy(key::requireUnchanged)
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("the files of a model must not change while it is opened");
  }

  @Test
  void read_afterANote_isOfTheContent() throws IOException {
    ContentKey first = key();
    first.note();
    Files.writeString(onlyNote(), "a".repeat(64));
    ContentKey second = key();
    second.read();
    assertThat(second.get()).isEqualTo(first.get());
    second.note();
    assertThat(onlyNote()).hasContent(first.get());
  }

  @Test
  void note_folderThatCannotBeWritten_doesNothing() throws IOException {
    ContentKey key =
        new ContentKey("format", List.of(floats(model)), folder.resolve("none"), LATER);
    key.note();
    assertThat(folder.resolve("none")).doesNotExist();
  }

  private ContentKey key() {
    return new ContentKey("format", List.of(floats(model)), notes, LATER);
  }

  private static FloatConversion floats(Path file) {
    return new FloatConversion(
        "w", WeightReference.rowMajor(Region.ofFile(file), DType.F16, new long[] {4}), DType.F32);
  }

  private Path onlyNote() throws IOException {
    try (Stream<Path> files = Files.list(notes)) {
      return files.toList().get(0);
    }
  }
}

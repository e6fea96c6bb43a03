package io.github.bge4j.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.DType;
import io.github.bge4j.internal.checkpoint.Region;
import io.github.bge4j.internal.checkpoint.WeightReference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightCacheTest {

  @TempDir
  private Path folder;

  @Test
  void get_firstTime_writesTheWeightsInFp32() throws IOException {
    WeightReference a = bf16(2, 3, 1, 2, 3, 4, 5, 6);
    WeightReference b = bf16(1, 2, -0.5f, 0.25f);
    Map<String, WeightReference> converted = new WeightCache(folder).get(named(a, b));
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(file(converted))).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(converted.values())
        .extracting(weight -> weight.data().offset())
        .containsExactly(0L, 4096L);
    assertThat(converted.keySet()).containsExactly("weight 0", "weight 1");
    assertThat(converted.values())
        .extracting(WeightReference::toFloats)
        .containsExactly(new float[] {1, 2, 3, 4, 5, 6}, new float[] {-0.5f, 0.25f});
    assertThat(file.capacity()).isEqualTo(8192);
    assertThat(file.getFloat(5 * 4)).isEqualTo(6);
    assertThat(file.getFloat(4096)).isEqualTo(-0.5f);
    assertThat(file.getFloat(4100)).isEqualTo(0.25f);
    assertThat(folder).isDirectoryNotContaining("glob:**unfinished*");
  }

  @Test
  void get_weightThatFillsItsPages_keepsItsLastElement() throws IOException {
    float[] values = new float[1024];
    values[1023] = 7;
    Path converted = file(new WeightCache(folder).get(named(bf16(1, 1024, values))));
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(converted)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(file.capacity()).isEqualTo(4096);
    assertThat(file.getFloat(4092)).isEqualTo(7);
  }

  @Test
  void get_secondTime_usesTheFile() throws IOException {
    Path first = file(new WeightCache(folder).get(named(bf16(1, 2, 1, 2))));
    Files.setLastModifiedTime(first, FileTime.fromMillis(0));
    Path second = file(new WeightCache(folder).get(named(bf16(1, 2, 1, 2))));
    assertThat(second).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(second)).isEqualTo(FileTime.fromMillis(0));
  }

  @Test
  void get_otherContentOrShape_isAnotherFile() {
    WeightCache cache = new WeightCache(folder);
    Path first = file(cache.get(named(bf16(1, 2, 1, 2))));
    assertThat(file(cache.get(named(bf16(1, 2, 1, 3))))).isNotEqualTo(first);
    assertThat(file(cache.get(named(bf16(2, 1, 1, 2))))).isNotEqualTo(first);
  }

  @Test
  void get_fileOfAnotherLength_isWrittenAgain() throws IOException {
    List<Conversion> weights = named(bf16(1, 2, 1, 2));
    Path file = file(new WeightCache(folder).get(weights));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, new byte[10]);
    new WeightCache(folder).get(weights);
    assertThat(file).hasBinaryContent(whole);
  }

  /** A note of a key whose file is not there, such as a damaged one, is worth nothing. */
  @Test
  void get_noteThatLeadsNowhere_readsTheContent() throws IOException {
    Path model = Files.write(folder.resolve("model"), new byte[] {0, 0, (byte) 128, 63});
    WeightReference weight =
        WeightReference.rowMajor(Region.ofFile(model), DType.BF16, new long[] {2});
    Path cache = folder.resolve("cache");
    Path file = file(new WeightCache(cache).get(named(weight)));
    for (Path note : notesFor(cache, named(weight))) {
      Files.writeString(note, "a".repeat(64));
      assertThat(file(new WeightCache(cache).get(named(weight)))).isEqualTo(file);
    }
  }

  private static List<Path> notesFor(Path cache, List<Conversion> conversions) throws IOException {
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));
    new ContentKey(WeightCache.FORMAT, conversions, cache, later).note();
    try (Stream<Path> files = Files.list(cache)) {
      List<Path> notes = files.filter(each -> each.toString().endsWith(".key")).toList();
      assertThat(notes).hasSize(1);
      return notes;
    }
  }

  @Test
  void get_afterACrash_ignoresAndLaterRemovesWhatWasLeft() throws IOException {
    Path recent = Files.write(folder.resolve("unfinished-recent"), new byte[10]);
    Path old = Files.write(folder.resolve("unfinished-old"), new byte[10]);
    Files.setLastModifiedTime(old, FileTime.fromMillis(0));
    Path converted = file(new WeightCache(folder).get(named(bf16(1, 2, 1, 2))));
    assertThat(Files.size(converted)).isEqualTo(4096);
    assertThat(recent).exists();
    assertThat(old).doesNotExist();
  }

  @Test
  void get_fromManyThreadsAtOnce_leavesOneWholeFile() throws Exception {
    float[] values = new float[30_000];
    for (int round = 1; round <= 30; round++) {
      values[29_999] = round;
      Path cache = folder.resolve("cache" + round);
      List<CompletableFuture<Path>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(CompletableFuture.supplyAsync(
            () -> file(new WeightCache(cache).get(named(bf16(1, 30_000, values))))));
      }
      for (CompletableFuture<Path> call : calls) {
        ByteBuffer file =
            ByteBuffer.wrap(Files.readAllBytes(call.get())).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(file.getFloat(29_999 * 4)).isEqualTo(round);
      }
      try (var files = Files.list(cache)) {
        assertThat(files).hasSize(1);
      }
    }
  }

  @Test
  void get_folderCannotBeMade_throwsWithTheRemedy() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> new WeightCache(file).get(named(bf16(1, 2, 1, 2))))
        .withMessageStartingWith("converted weights must be writable: ")
        .withMessageEndingWith(
            "make room, or choose another folder with cacheDirectory(Path) or XDG_CACHE_HOME");
  }

  @Test
  void get_valueIsNotFinite_namesTheWeightAndKeepsNothing() {
    WeightReference good = bf16(1, 2, 1, 2);
    WeightReference bad = bf16(1, 2, 1, Float.NaN);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> new WeightCache(folder).get(named(good, bad)))
        .withMessageStartingWith(
            "every value of a weight must be finite: NaN in weight weight 1, in test");
    assertThat(folder).isEmptyDirectory();
  }

  /** Returns where converted weights lie: all in one file. */
  private static Path file(Map<String, WeightReference> converted) {
    List<Path> files = converted.values().stream()
        .map(weight -> weight.data().path().orElseThrow())
        .distinct()
        .toList();
    assertThat(files).hasSize(1);
    return files.get(0);
  }

  private static List<Conversion> named(WeightReference... weights) {
    List<Conversion> all = new ArrayList<>();
    for (WeightReference weight : weights) {
      all.add(new FloatConversion("weight " + all.size(), weight, DType.F32));
    }
    return all;
  }

  private static WeightReference bf16(int rows, int columns, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
    }
    Region source = Region.ofMemory("test", bytes.flip());
    return new WeightReference(
        source, DType.BF16, new long[] {rows, columns}, new long[] {columns, 1});
  }
}

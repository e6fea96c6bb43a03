package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.TestFiles.weight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.ModelException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsReaderTest {

  private static final byte[] FOUR = new byte[4];

  @Test
  void read_realFile_referencesItsBytes() {
    Map<String, WeightReference> weights =
        SafetensorsReader.read(TestFiles.file("tiny-bert/model.safetensors"));
    WeightReference words = weight(weights, "embeddings.word_embeddings.weight");
    assertThat(weights).hasSize(38).doesNotContainKey("__metadata__");
    assertThat(words.shape()).containsExactly(20, 8);
    assertThat(words.dtype()).isEqualTo(DType.F32);
    assertThat(words.data().length()).isEqualTo(640);
    assertThat(words.data().path()).isPresent();
  }

  @Test
  void read_halfTypes_areWidened() {
    byte[] file = new TestSafetensors()
        .add("half", "F16", new byte[] {0, 0x3c, 0, (byte) 0xc0}, 2)
        .add("brain", "BF16", new byte[] {(byte) 0x80, 0x3f}, 1, 1)
        .bytes();
    Map<String, WeightReference> weights = SafetensorsReader.read(TestFiles.memory(file));
    assertThat(weight(weights, "half").toFloats()).containsExactly(1, -2);
    assertThat(weight(weights, "brain").toFloats()).containsExactly(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,5]}}|must lie inside it: 5 bytes at 0 of 4",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[-4,0]}}|must lie inside it: 4 bytes at -4",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}|must be a start and an end",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4]}}|must be a start and an end",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,1e999]}}|must be a list of whole numbers",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|must have 4 * 2 bytes: 4",
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}|sizes that can be",
        "{'a':{'dtype':'F8_E4M3','shape':[4],'data_offsets':[0,4]}}|use the checkpoint that is not quantised",
        "{'a':{'dtype':'F32','shape':[0],'data_offsets':[0,0]}}|without holes and overlaps",
        "{'a':{'dtype':'F16','shape':[1],'data_offsets':[2,4]}}|without holes and overlaps",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|without holes and overlaps",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|a key comes twice: a",
        "{'a':3}|a must be an object: 3",
        "{'a':{}}|dtype must be a string: absent",
        "[]|must be a JSON object",
        "{|must be a JSON object",
        "{'a':NaN}|must be a JSON object",
        "{} {}|must be a JSON object",
      })
  void read_badHeader_throws(String header, String message) {
    byte[] file = TestSafetensors.file(header.replace('\'', '"'), FOUR);
    assertThatThrownBy(() -> SafetensorsReader.read(TestFiles.memory(file)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("test file");
  }

  @ParameterizedTest
  @CsvSource({"9223372036854775807", "-1", "3", "4294967296"})
  void read_headerLongerThanFile_throws(long claimed) {
    byte[] file = TestSafetensors.file(claimed, "{}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> SafetensorsReader.read(TestFiles.memory(file)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("must lie inside it");
  }

  @Test
  void read_hugeHeaderInSparseFile_isNotRead(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("huge.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.writeLong(Long.reverseBytes(1L << 32));
      file.setLength(1L << 33);
    }
    assertThatThrownBy(() -> SafetensorsReader.read(Region.ofFile(path)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("the safetensors header must have at most 8388608 bytes: 4294967296");
  }

  @Test
  void read_deepNesting_throws() {
    byte[] file = TestSafetensors.file("{\"a\":" + "[".repeat(100_000));
    assertThatThrownBy(() -> SafetensorsReader.read(TestFiles.memory(file)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("more than 32 levels");
  }

  @Test
  void read_tooManyValues_throws() {
    byte[] file = TestSafetensors.file("{\"a\":[" + "0,".repeat(300_000) + "0]}");
    assertThatThrownBy(() -> SafetensorsReader.read(TestFiles.memory(file)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("200000 values");
  }

  @Test
  void read_cutFile_throws() {
    byte[] whole = TestFiles.bytes("tiny-bert/model.safetensors");
    for (int length : new int[] {0, 7, 8, 9, 2000, whole.length - 1}) {
      assertThatThrownBy(
              () -> SafetensorsReader.read(TestFiles.memory(Arrays.copyOf(whole, length))))
          .isInstanceOf(ModelException.class);
    }
  }
}

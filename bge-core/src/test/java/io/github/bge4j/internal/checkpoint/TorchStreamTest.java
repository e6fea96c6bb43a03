package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.TestFiles.weight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams written by hand, right ones and wrong ones; real ones are in {@link TorchReaderTest}. */
final class TorchStreamTest {

  private static final String MAGIC = "\u0080\2\u008a\12l\u00fc\u009cF\u00f9 j\u00a8P\31.";
  private static final String VERSION = "\u0080\2M\u00e9\3.";
  private static final String MACHINE = "\u0080\2}X\15\0\0\0little_endian\u0088s.";
  private static final String START = MAGIC + VERSION + MACHINE;

  /** {"w": the first two of four floats in storage s}; the view comes last. */
  private static final String OBJECT = "\u0080\2}X\1\0\0\0wctorch._utils\n_rebuild_tensor_v2\n"
      + "((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0sX\3\0\0\0cpuK\4NtQ"
      + "K\0K\2\u0085K\1\u0085\u0089}tRs.";

  private static final String VIEW = "(X\1\0\0\0vK\1K\3ttQ";
  private static final String KEYS = "\u0080\2]X\1\0\0\0sa.";

  @Test
  void read_stream_referencesItsStorage() {
    assertThat(weight(read(START + OBJECT + KEYS, 4), "w").toFloats()).containsExactly(1, 2);
  }

  @Test
  void read_viewOfStorage_countsFromItsStart() {
    String object = OBJECT.replace("NtQ", VIEW);
    assertThat(weight(read(START + object + KEYS, 4), "w").toFloats()).containsExactly(2, 3);
  }

  static Object[][] hostileStreams() {
    return new Object[][] {
      {MAGIC.replace("P\31", "P\30") + VERSION, 4, "none that PyTorch wrote"},
      {MAGIC + VERSION.replace('\3', '\4'), 4, "none that PyTorch wrote"},
      {MAGIC + VERSION + MACHINE.replace('\u0088', '\u0089'), 4, "byte order is not little"},
      {MAGIC + VERSION + "\u0080\2N.", 4, "byte order is not little"},
      {START, 4, "opcode 0x4"},
      {START + OBJECT + "\u0080\2N.", 4, "it has no list of at most 16384 storages"},
      {START + OBJECT + "\u0080\2](" + "K\1".repeat(20_000) + "e.", 4, "at most 16384 storages"},
      {START + OBJECT + "\u0080\2]K\1a.", 4, "a storage is listed that no tensor has"},
      {START + OBJECT + KEYS.replace('s', 't'), 4, "a storage is listed that no tensor has"},
      {START + OBJECT + "\u0080\2].", 4, "storage s is missing"},
      {START + OBJECT + KEYS, 3, "storage s must have 4 elements and has 3"},
      {START + OBJECT + KEYS, -1, "storage s must have 4 elements and has -1"},
      {START + OBJECT + KEYS, Long.MAX_VALUE, "storage s must have 4 elements and has 9223"},
      {START + OBJECT.replace("cpuK\4", "cpuK\5") + KEYS, 5, "must lie inside it"},
      {START + OBJECT.replace("NtQ", "(X\1\0\0\0vK\2K\3ttQ") + KEYS, 4, "a view leads out"},
      {START + OBJECT.replace("NtQ", "(X\1\0\0\0vK\3K\1ttQ") + KEYS, 4, "inside its storage"},
      {START + OBJECT.replace("NtQ", "K\1tQ") + KEYS, 4, "a view leads out"},
      {START + "\u0080\2(X\6\0\0\0modulecos\nsystem\nX\0\0\0\0X\0\0\0\0tQ.", 4, "names os.system"},
      {START + "\u0080\2(X\6\0\0\0moduleNNNtQ.", 4, "something that is no storage"},
    };
  }

  @ParameterizedTest
  @MethodSource("hostileStreams")
  void read_hostileStream_throws(String pickles, long elements, String message) {
    assertThatThrownBy(() -> read(pickles, elements))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("test file");
  }

  @Test
  void read_storageListedTwice_throws() {
    String keys = "\u0080\2](X\1\0\0\0sX\1\0\0\0se.";
    byte[] once = file(START + OBJECT + keys, 4);
    byte[] again = file("", 4);
    byte[] twice = Arrays.copyOf(once, once.length + again.length);
    System.arraycopy(again, 0, twice, once.length, again.length);
    assertThatThrownBy(() -> TorchReader.read(TestFiles.memory(twice)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("storage s comes twice");
  }

  @Test
  void read_oneStorageInTwoSizes_throws() {
    String other = OBJECT
        .replace("\u0080\2}", "")
        .replace("X\1\0\0\0w", "X\1\0\0\0x")
        .replace("cpuK\4", "cpuK\3");
    String both = OBJECT.substring(0, OBJECT.length() - 1) + other;
    assertThatThrownBy(() -> read(START + both + KEYS, 4))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("storage s is missing, or comes in two sizes");
  }

  @Test
  void read_cutFile_throws() {
    byte[] whole = file(START + OBJECT + KEYS, 4);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> TorchReader.read(TestFiles.memory(cut)))
          .isInstanceOf(ModelException.class);
    }
  }

  private static Map<String, WeightReference> read(String pickles, long elements) {
    return TorchReader.read(TestFiles.memory(file(pickles, elements)));
  }

  /** Ends with a storage of four floats, 1 to 4, which claims to have some elements. */
  private static byte[] file(String pickles, long elements) {
    byte[] start = pickles.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(start.length + 24)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(start)
        .putLong(elements)
        .putFloat(1)
        .putFloat(2)
        .putFloat(3)
        .putFloat(4)
        .array();
  }
}

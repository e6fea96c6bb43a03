package io.github.bge4j.internal.checkpoint;

import static io.github.bge4j.internal.checkpoint.TestFiles.weight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bge4j.ModelException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchReaderTest {

  /** {"w": tensor of 4 floats}; the parts are storage, then offset, size and stride. */
  private static final String STORAGE =
      "((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" + "0X\3\0\0\0cpuK\4tQ";

  private static final String REBUILD = "ctorch._utils\n_rebuild_tensor_v2\n";
  private static final String VIEW = "K\0K\4\u0085K\1\u0085\u0089}tR";
  private static final String PICKLE = "\u0080\2}(X\1\0\0\0w" + REBUILD + STORAGE + VIEW + "u.";

  @ParameterizedTest
  @ValueSource(strings = {"protocol2", "protocol4", "legacy", "nested"})
  void read_everyKindOfTensor_referencesItsView(String file) {
    Map<String, WeightReference> weights =
        TorchReader.read(TestFiles.file("torch/" + file + ".pt"));
    float[] plain = weight(weights, "plain").toFloats();
    assertThat(plain).hasSize(24).startsWith(new float[] {-0.8201f, 0.3956f}, within(1e-4f));
    assertThat(weight(weights, "double").toFloats()).containsExactly(plain);
    assertThat(weight(weights, "half").toFloats()).containsExactly(plain, within(1e-3f));
    assertThat(weight(weights, "bf16").toFloats()).containsExactly(plain, within(1e-2f));
    assertThat(weight(weights, "transposed").isTransposed()).isTrue();
    assertThat(weight(weights, "transposed").shape()).containsExactly(4, 6);
    assertThat(weight(weights, "transposed").toFloats()).startsWith(plain[0], plain[4], plain[8]);
    assertThat(weight(weights, "shared.a").toFloats())
        .containsExactly(3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    assertThat(weight(weights, "shared.b").toFloats())
        .containsExactly(10, 13, 16, 19, 22, 25, 28, 31, 34, 37);
    assertThat(weight(weights, "scalar").toFloats()).containsExactly(2.5f);
    assertThat(weight(weights, "param").shape()).containsExactly(2, 3);
    assertThat(weight(weights, "ids").dtype()).isEqualTo(DType.I64);
    assertThat(weight(weights, "empty").elements()).isZero();
  }

  @Test
  void read_stateDictWithMetadata_equalsSafetensors() {
    Map<String, WeightReference> torch =
        TorchReader.read(TestFiles.file("tiny-bert/pytorch_model.bin"));
    Map<String, WeightReference> safetensors =
        SafetensorsReader.read(TestFiles.file("tiny-bert/model.safetensors"));
    assertThat(torch.keySet()).isEqualTo(safetensors.keySet());
    safetensors.forEach((name, weight) -> {
      assertThat(weight(torch, name).shape()).isEqualTo(weight.shape());
      if (weight.dtype().isFloating()) {
        assertThat(weight(torch, name).toFloats()).as(name).isEqualTo(weight.toFloats());
      }
    });
  }

  @Test
  void read_publishedHead_isHalf() {
    Map<String, WeightReference> head =
        TorchReader.read(TestFiles.file("m3-heads/colbert_linear.pt"));
    assertThat(head).containsOnlyKeys("weight", "bias");
    assertThat(weight(head, "weight").dtype()).isEqualTo(DType.F16);
    assertThat(weight(head, "weight").shape()).containsExactly(64, 64);
    assertThat(weight(head, "weight").data().offset() % 64).isZero();
  }

  @Test
  void read_ownStateDict_referencesStorage() {
    assertThat(weight(read(TestZip.stateDict(PICKLE).bytes()), "w").toFloats())
        .containsExactly(1, 2, 3, 4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linear-protocol2.pt",
        "linear-protocol5.pt",
        "linear-legacy.pt",
        "linear-nested.pt",
        "nested-twice.pt"
      })
  void read_oneLayerInManyWays_isTheSame(String file) {
    Map<String, WeightReference> layer = TorchReader.read(TestFiles.file("torch/" + file));
    assertThat(layer).containsOnlyKeys("weight", "bias");
    assertThat(weight(layer, "weight").shape()).containsExactly(2, 3);
    assertThat(weight(layer, "weight").toFloats())
        .containsExactly(
            -0.4052517f, -0.015527105f, 0.5607936f, -0.38289705f, 0.09692952f, 0.22354905f);
    assertThat(weight(layer, "bias").toFloats()).containsExactly(0.09593815f, -0.4290431f);
  }

  @ParameterizedTest
  @CsvSource({
    "linear-old.pt, 0.30845612, 2",
    "module.pt, 0.56998336, 2",
    "linear-no-bias.pt, 0.08328004, 1"
  })
  void read_wholeLayer_givesItsParameters(String file, float first, int parameters) {
    Map<String, WeightReference> layer = TorchReader.read(TestFiles.file("torch/" + file));
    assertThat(layer).hasSize(parameters);
    assertThat(weight(layer, "weight").toFloats()).hasSize(6).startsWith(first);
  }

  @Test
  void read_zip64_isRead() {
    byte[] file = new TestZip(true)
        .add("a/data.pkl", PICKLE.getBytes(StandardCharsets.ISO_8859_1))
        .add("a/data/0", new byte[16])
        .bytes();
    assertThat(weight(read(file), "w").elements()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    "nested-both, 'it holds weights in [state_dict, model] and elsewhere'",
    "parameter-with-state, it names torch._utils._rebuild_parameter_with_state",
    "expanded, a weight must lie inside its storage"
  })
  void read_otherRealFiles_throws(String file, String message) {
    assertThatThrownBy(() -> TorchReader.read(TestFiles.file("torch/" + file + ".pt")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("torch/" + file + ".pt");
  }

  /** What runs code in Python, and what would crash a careless reader. */
  static Object[][] hostilePickles() {
    return new Object[][] {
      {"cos\nsystem\n(X\2\0\0\0idtR.", "it names os.system"},
      {"c__builtin__\neval\n.", "it names __builtin__.eval"},
      {"ctorch\nload\n.", "it names torch.load"},
      {"cos\nFloatStorage\n.", "it names os.FloatStorage"},
      {"X\2\0\0\0osX\6\0\0\0system\u0093.", "it names os.system"},
      {"(ios\nsystem\n.", "opcode 0x69 'i' at byte 1"},
      {"(cos\nsystem\no.", "it names os.system"},
      {"}o.", "opcode 0x6f 'o'"},
      {"})\u0081.", "it calls what is no function"},
      {"\u0082\1.", "opcode 0x82"},
      {"P0\n.", "opcode 0x50 'P'"},
      {"X\1\0\0\0w)R.", "it calls what is no function"},
      {"ccollections\nOrderedDict\n)RNR.", "a Tuple is missing"},
      {REBUILD + ")R.", "with wrong arguments"},
      {"X\1\0\0\0wQ.", "refers to something that is no storage"},
      {"}N}s.", "a key is no string"},
      {"}X\1\0\0\0wNsX\1\0\0\0wNs.", "key w comes twice"},
      {"N.", "it holds no dict"},
      {"", "it is cut at byte 0"},
      {"ctorch", "it is cut"},
      {".", "its stack is empty"},
      {"u.", "its stack is empty"},
      {"K", "it is cut"},
      {"t.", "its stack is empty"},
      {"K\1a.", "its stack is empty"},
      {"NK\1a.", "a list is missing"},
      {"(NK\1u.", "its stack is empty"},
      {"h\1.", "memo 1 is missing"},
      {"X\u00ff\u00ff\u00ff\u007fabc", "it is cut"},
      {"X\u00ff\u00ff\u00ff\u00ffabc", "it is cut"},
      {"\u008a\u00ff", "it is cut"},
      {"\u008a\0.", "it holds no dict"},
      {"ctorch.nn.modules.linear\nLinear\n)\u0081}b.", "it holds no dict"},
      {"ctorch.nn.modules.linear\nLinear\n)\u0081Nb.", "a Dict is missing"},
      {"ctorch.nn.modules.linear\nLinear\nK\1\u0085\u0081.", "with wrong arguments"},
      {"ctorch.nn.modules.linear\nBilinear\n.", "it names torch.nn.modules.linear.Bilinear"},
      {"c__builtin__\nset\nK\1\u0085R.", "with wrong arguments"},
      {"}q\0X\5\0\0\0modelh\0s.", "its state dict lies deeper than 2 dicts"},
      {PICKLE.replace("u.", "X\5\0\0\0model}X\6\0\0\0weightNu."), "it holds weights in [model]"},
      {"]".repeat(600_000), "more than 500000 opcodes"},
      {PICKLE.replace("K\4tQ", "K\5tQ"), "storage 0 has fewer than 5 elements"},
      {PICKLE.replace("K\4tQ", "J\u00ff\u00ff\u00ff\u00fftQ"), "storage 0 cannot have -1 elements"},
      {PICKLE.replace("K\0K\4", "K\1K\4"), "a weight must lie inside its storage"},
      {PICKLE.replace("K\1\u0085", "K\2\u0085"), "a weight must lie inside its storage"},
      {PICKLE.replace("K\1\u0085", ")"), "a weight must lie inside its storage"},
      {PICKLE.replace("K\1\u0085", "N\u0085"), "is no whole number"},
      {PICKLE.replace("\0000X", "\0001X"), "entry archive/data/1 is missing"},
    };
  }

  @ParameterizedTest
  @MethodSource("hostilePickles")
  void read_hostilePickle_throws(String pickle, String message) {
    byte[] file = TestZip.stateDict(pickle).bytes();
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("test file");
  }

  @Test
  void read_compressedEntry_throws() {
    byte[] file =
        new TestZip(false).withMethod(8).add("a/data.pkl", new byte[9]).bytes();
    assertRefused(file, "entry a/data.pkl is compressed");
  }

  @Test
  void read_entryTwice_throws() {
    byte[] file = TestZip.stateDict(PICKLE).add("archive/data/0", new byte[16]).bytes();
    assertRefused(file, "entry archive/data/0 comes twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../data.pkl", "/a/data.pkl", "a/../../data.pkl", "a\\data.pkl"})
  void read_pathEscape_throws(String name) {
    assertRefused(new TestZip(false).add(name, new byte[4]).bytes(), "leaves the archive");
  }

  @Test
  void read_localNameDiffers_throws() {
    byte[] file =
        new TestZip(false).add("a/data.pkl", "b/data.pkl", new byte[4]).bytes();
    assertRefused(file, "the header of entry a/data.pkl is not what the directory says");
  }

  @Test
  void read_noPickle_throws() {
    assertRefused(new TestZip(false).add("a/b", new byte[1]).bytes(), "it has 0 pickles");
  }

  @Test
  void read_bigEndian_throws() {
    byte[] big = "big".getBytes(StandardCharsets.UTF_8);
    assertRefused(TestZip.stateDict(PICKLE).add("archive/byteorder", big).bytes(), "byte order");
  }

  @Test
  void read_cutFile_throws() {
    byte[] whole = TestZip.stateDict(PICKLE).bytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(ModelException.class);
    }
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message);
  }

  private static Map<String, WeightReference> read(byte[] file) {
    return TorchReader.read(TestFiles.memory(file));
  }
}

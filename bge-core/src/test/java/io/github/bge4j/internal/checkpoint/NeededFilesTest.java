package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeededFilesTest {

  private static List<String> chosen(String... names) {
    List<String> all = new ArrayList<>(List.of(names));
    all.addAll(List.of("config.json", "tokenizer.json"));
    NeededFiles needed = NeededFiles.among(all, null, null);
    assertThat(needed.missing()).isNull();
    List<String> files = new ArrayList<>(needed.files());
    files.removeAll(List.of("config.json", "tokenizer.json"));
    return files;
  }

  /** The listing of BAAI/bge-m3 at 5617a9f6, by public manifests. */
  @Test
  void ofBgeM3ItTakesThePyTorchForm() {
    assertThat(chosen(
            ".gitattributes",
            "1_Pooling/config.json",
            "README.md",
            "colbert_linear.pt",
            "config_sentence_transformers.json",
            "imgs/bm25.jpg",
            "long.jpg",
            "modules.json",
            "onnx/Constant_7_attr__value",
            "onnx/config.json",
            "onnx/model.onnx",
            "onnx/model.onnx_data",
            "onnx/tokenizer.json",
            "pytorch_model.bin",
            "sentence_bert_config.json",
            "sentencepiece.bpe.model",
            "sparse_linear.pt",
            "special_tokens_map.json",
            "tokenizer_config.json"))
        .containsExactly(
            "tokenizer_config.json",
            "special_tokens_map.json",
            "sentence_bert_config.json",
            "modules.json",
            "config_sentence_transformers.json",
            "1_Pooling/config.json",
            "sparse_linear.pt",
            "colbert_linear.pt",
            "pytorch_model.bin");
  }

  @Test
  void safetensorsGoBeforePyTorchBeforeOnnx() {
    assertThat(chosen(
            "pytorch_model.bin", "model.safetensors", "onnx/model.onnx", "flax_model.msgpack"))
        .containsExactly("model.safetensors");
    assertThat(chosen("pytorch_model.bin", "model.onnx")).containsExactly("pytorch_model.bin");
  }

  @Test
  void allShardsAndThenTheirIndex() {
    assertThat(chosen(
            "model.safetensors.index.json",
            "model-00002-of-00002.safetensors",
            "model-00001-of-00002.safetensors",
            "pytorch_model.bin"))
        .containsExactly(
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "model.safetensors.index.json");
  }

  @Test
  void shardsThatAreNotAllThereAreNoWeights() {
    assertThat(chosen(
            "model.safetensors.index.json",
            "model-00002-of-00002.safetensors",
            "pytorch_model.bin"))
        .containsExactly("pytorch_model.bin");
  }

  @Test
  void onnxComesWithItsExternalDataAlone() {
    assertThat(chosen(
            "onnx/model.onnx",
            "onnx/model.onnx_data",
            "onnx/Constant_7_attr__value",
            "onnx/model_quantized.onnx",
            "onnx/model_fp16.onnx_data",
            "sparse_linear.pt",
            "LICENSE"))
        .containsExactly(
            "sparse_linear.pt",
            "onnx/Constant_7_attr__value",
            "onnx/model.onnx_data",
            "onnx/model.onnx");
    assertThat(chosen("model.onnx", "model.onnx.data", "LICENSE", "openvino/model"))
        .containsExactly("model.onnx.data", "model.onnx");
  }

  @Test
  void modulesBringTheirFolders() {
    String modules = """
        [{"idx": 0, "path": "0_Transformer", "type": "x"}, {"idx": 1, "path": "pool", "type": "x"},
         {"idx": 2, "path": "2_Dense", "type": "x"}, {"idx": 3, "path": "3_Normalize", "type": "x.Normalize"}]
        """;
    List<String> all = List.of(
        "0_Transformer/config.json",
        "0_Transformer/model.safetensors",
        "0_Transformer/pytorch_model.bin",
        "0_Transformer/sentence_roberta_config.json",
        "0_Transformer/vocab.txt",
        "1_Pooling/config.json",
        "2_Dense/config.json",
        "2_Dense/pytorch_model.bin",
        "config_sentence_transformers.json",
        "modules.json",
        "pool/config.json");
    NeededFiles needed = NeededFiles.among(all, modules, null);
    assertThat(needed.missing()).isNull();
    assertThat(needed.files())
        .containsExactly(
            "0_Transformer/config.json",
            "0_Transformer/vocab.txt",
            "0_Transformer/sentence_roberta_config.json",
            "modules.json",
            "config_sentence_transformers.json",
            "pool/config.json",
            "2_Dense/config.json",
            "2_Dense/pytorch_model.bin",
            "0_Transformer/model.safetensors");
  }

  @Test
  void aModuleWithoutItsSettingsIsMissing() {
    String modules = """
        [{"path": "", "type": "a.Transformer"}, {"path": "1_Pooling", "type": "a.Pooling"},
         {"path": "2_Normalize", "type": "a.Normalize"}]
        """;
    List<String> all = List.of("config.json", "tokenizer.json", "model.safetensors");
    assertThat(NeededFiles.among(all, modules, null).missing()).isEqualTo("1_Pooling/config.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[", "[]", "[[[[", "null"})
  void modulesThatAreNoneAreLeftToTheReader(String json) {
    List<String> all = List.of("config.json", "modules.json", "1_Pooling/config.json", "vocab.txt");
    NeededFiles needed = NeededFiles.among(all, json, null);
    assertThat(needed.files())
        .containsExactly("config.json", "vocab.txt", "modules.json", "1_Pooling/config.json");
    assertThat(needed).isEqualTo(NeededFiles.among(all, null, null));
  }

  @Test
  void aReadyFileComesInPlaceOfOtherWeights() {
    List<String> all = List.of(
        "config.json",
        "tokenizer.json",
        "onnx/model_quantized.onnx",
        "onnx/model_quantized.onnx_data",
        "model.safetensors");
    NeededFiles needed = NeededFiles.among(all, null, "onnx/model_quantized.onnx");
    assertThat(needed.files())
        .containsExactly(
            "config.json",
            "tokenizer.json",
            "onnx/model_quantized.onnx_data",
            "onnx/model_quantized.onnx");
    assertThat(NeededFiles.among(all, null, "onnx/none.onnx").missing())
        .isEqualTo("onnx/none.onnx");
  }

  @Test
  void aQuantizedFileAloneIsOffered() {
    assertThat(NeededFiles.among(
                List.of("config.json", "tokenizer.json", "onnx/model_quantized.onnx"), null, null)
            .missing())
        .endsWith("onnx/model.onnx (it has [onnx/model_quantized.onnx], see asIs)");
  }

  @Test
  void whatIsMissingIsSaid() {
    assertThat(NeededFiles.among(List.of("model.safetensors", "tokenizer.json"), null, null)
            .missing())
        .isEqualTo("config.json");
    assertThat(NeededFiles.among(List.of("model.safetensors", "config.json"), null, null)
            .missing())
        .isEqualTo("tokenizer.json");
    assertThat(NeededFiles.among(List.of("config.json", "tokenizer.json"), null, null)
            .missing())
        .startsWith("weights in model.safetensors");
  }
}

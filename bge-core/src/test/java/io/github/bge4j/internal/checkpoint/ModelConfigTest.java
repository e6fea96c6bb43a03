package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.ModelException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelConfigTest {

  @Test
  void read_m3_isXlmRoberta() {
    assertThat(ModelConfig.read(TestFiles.file("configs/m3.json")))
        .isEqualTo(new ModelConfig(
            ModelFamily.XLM_ROBERTA,
            List.of("XLMRobertaModel"),
            64,
            3,
            4,
            160,
            1e-5,
            1026,
            1,
            5002,
            1,
            2))
        .returns(1024, ModelConfig::maxTokens)
        .returns(false, ModelConfig::isClassifier);
  }

  @Test
  void read_bertReranker_isClassifierWithOneLabel() {
    assertThat(ModelConfig.read(TestFiles.file("configs/bert-reranker.json")))
        .returns(true, ModelConfig::isClassifier)
        .returns(1, ModelConfig::numLabels)
        .returns(512, ModelConfig::maxTokens);
  }

  @ParameterizedTest
  @CsvSource({"bert, BERT, 0, 512", "xlm-roberta, XLM_ROBERTA, 1, 510"})
  void read_onlyType_hasDefaultsOfTheClass(
      String type, ModelFamily family, int pad, int maxTokens) {
    ModelConfig config = ModelConfig.read(
        TestFiles.memory("{\"model_type\":\"" + type + "\",\"pad_token_id\":null}"));
    assertThat(config)
        .isEqualTo(
            new ModelConfig(family, List.of(), 768, 12, 12, 3072, 1e-12, 512, 2, 30522, pad, 2))
        .returns(maxTokens, ModelConfig::maxTokens);
  }

  @Test
  void read_labels_numberBeatsNames() {
    String both = "{'model_type':'bert','num_labels':1,'id2label':{'0':'a','1':'b'}}";
    assertThat(ModelConfig.read(TestFiles.memory(both.replace('\'', '"'))).numLabels())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|model_type must be 'bert' or 'xlm-roberta': absent",
        "{'model_type':'roberta'}|model_type must be 'bert' or 'xlm-roberta': roberta",
        "{'model_type':3}|model_type must be a string: 3",
        "{'model_type':'bert','hidden_act':'gelu_new'}|hidden_act must be 'gelu': gelu_new",
        "{'model_type':'bert','position_embedding_type':'relative_key'}|must be 'absolute': relative_key",
        "{'model_type':'bert','is_decoder':true}|is_decoder must be false: true",
        "{'model_type':'bert','is_decoder':1}|is_decoder must be true or false: 1",
        "{'model_type':'bert','hidden_size':0}|hidden_size must be a whole number from 1 to 65536: 0",
        "{'model_type':'bert','hidden_size':1.5}|hidden_size must be a whole number",
        "{'model_type':'bert','hidden_size':'768'}|hidden_size must be a whole number",
        "{'model_type':'bert','num_hidden_layers':2147483648}|num_hidden_layers must be",
        "{'model_type':'bert','num_attention_heads':7}|num_attention_heads must divide hidden_size: 768 / 7",
        "{'model_type':'bert','layer_norm_eps':0}|layer_norm_eps must be a number above 0",
        "{'model_type':'bert','vocab_size':[1]}|vocab_size must be a whole number",
        "{'model_type':'bert','pad_token_id':30522}|pad_token_id must be below vocab_size",
        "{'model_type':'xlm-roberta','max_position_embeddings':3}|must leave room for 2 tokens: 3",
        "{'model_type':'bert','architectures':'BertModel'}|architectures must be a list",
        "{'model_type':'bert','architectures':[1]}|architectures must be a list of strings",
        "{'model_type':'bert','model_type':'bert'}|a key comes twice: model_type",
      })
  void read_unsupportedOrDamaged_throws(String json, String message) {
    assertThatThrownBy(() -> ModelConfig.read(TestFiles.memory(json.replace('\'', '"'))))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("test file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"be\nrt", "be\\\nrt", "\t"})
  void read_controlCharacterInAString_throws(String value) {
    assertThatThrownBy(
            () -> ModelConfig.read(TestFiles.memory("{\"model_type\": \"" + value + "\"}")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("a string has a control character");
  }

  @Test
  void read_quotesAndLineEndsAroundStrings_areRead() {
    String json = "{\n\"x\\\"\\\\\":\t\"y\", \"model_type\":\r\n\"bert\"}";
    assertThat(ModelConfig.read(TestFiles.memory(json)).family()).isEqualTo(ModelFamily.BERT);
  }
}

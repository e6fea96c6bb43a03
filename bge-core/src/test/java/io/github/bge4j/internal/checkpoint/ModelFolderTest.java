package io.github.bge4j.internal.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bge4j.ModelException;
import io.github.bge4j.Pooling;
import io.github.bge4j.Similarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What decides about the meaning of a vector is understood or refused: docs/adr/0007. */
final class ModelFolderTest {

  private static final String MODULES = """
      [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
       {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
       {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
      """;

  @TempDir
  private Path folder;

  @BeforeEach
  void writePlainModules() throws IOException {
    write("modules.json", MODULES);
    write("1_Pooling/config.json", "{\"embedding_dimension\": 8, \"pooling_mode\": \"cls\"}");
  }

  @Test
  void read_plainModules_areThoseOfBge() {
    ModelFolder model = ModelFolder.read(folder);
    assertThat(model.recipe()).isEqualTo(VectorRecipe.BGE);
    assertThat(model.maxTokens(512)).isEqualTo(512);
    assertThat(model.prompts()).isEqualTo(new Prompts(false, "", null, null, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Modules.
        "modules.json | [] | a model must have from 1 to 32 modules",
        "modules.json | {} | must be a JSON array",
        "modules.json | [1] | every item of the list must be an object: 1",
        "modules.json | [{\"path\": \"\", \"type\": \"custom_st.Transformer\"}] | custom_st.Transformer",
        "modules.json | [{\"path\": \"\", \"type\": \"sentence_transformers.models.Router\"}] | models.Router",
        "modules.json | [{\"path\": \"\", \"type\": \"x.Transformer\"}] | x.Transformer",
        "modules.json | [{\"path\": \"\", \"type\": \"sentence_transformers.models.Pooling\"}] | module 0 is Pooling",
        "modules.json | [{\"path\": \"../x\", \"type\": \"sentence_transformers.models.Transformer\"}] | must lie in its folder",
        "modules.json | [{\"path\": \"\", \"type\": \"sentence_transformers.models.Transformer\", \"lora\": 1}] | lora is 1",
        "modules.json | [{\"path\": \"\", \"type\": \"sentence_transformers.models.Transformer\", \"kwargs\": [\"task\"]}] | kwargs must be absent or empty",
        // Pooling.
        "1_Pooling/config.json | {\"pooling_mode\": \"attention\"} | pooling_mode must be of [cls, lasttoken, max,",
        "1_Pooling/config.json | {\"pooling_mode\": [\"cls\", \"cls\"]} | must have a mode, and none twice",
        "1_Pooling/config.json | {\"pooling_mode\": []} | must have a mode",
        "1_Pooling/config.json | {\"pooling_mode\": 3} | pooling_mode must be",
        "1_Pooling/config.json | {\"pooling_mode_cls_token\": false} | must have a mode",
        "1_Pooling/config.json | {\"pooling_mode_cls_token\": \"yes\"} | must be true or false",
        "1_Pooling/config.json | {\"pooling_mode\": \"cls\", \"pooling_mode_new\": true} | pooling_mode_new is true",
        "1_Pooling/config.json | {\"pooling_mode\": \"cls\", \"embedding_dimension\": 0} | embedding_dimension must be",
        // Normalize.
        "2_Normalize/config.json | {\"module_input_name\": \"token_embeddings\"} | module_input_name must be sentence_embedding",
        "2_Normalize/config.json | {\"p\": 1} | p is 1",
        // Limits and case.
        "sentence_bert_config.json | {\"max_seq_length\": 1} | max_seq_length must be",
        "sentence_bert_config.json | {\"max_seq_length\": \"all\"} | max_seq_length must be",
        "sentence_bert_config.json | {\"do_lower_case\": 1} | do_lower_case must be true or false",
        "sentence_bert_config.json | {\"transformer_task\": \"fill-mask\"} | transformer_task must be feature-extraction",
        "sentence_bert_config.json | {\"module_output_name\": \"scores\"} | module_output_name must be token_embeddings",
        "sentence_bert_config.json | {\"modality_config\": {\"text\": {}, \"message\": {}}} | message is {}",
        "sentence_bert_config.json | {\"modality_config\": {}} | text must be an object",
        "sentence_bert_config.json | {\"modality_config\": {\"text\": {\"format\": \"flat\"}}} | format is",
        "modules.json | [{\"name\": \"0\", \"path\": \"\", \"type\": \"sentence_transformers.models.Transformer\"}, {\"name\": \"0\", \"path\": \"1_Pooling\", \"type\": \"sentence_transformers.models.Pooling\"}] | 0 comes twice",
        "tokenizer_config.json | {\"tokenizer_class\": \"MPNetTokenizer\"} | tokenizer_class must be one of",
        "config.json | {\"tokenizer_class\": \"DistilBertTokenizer\"} | tokenizer_class must be one of",
        "tokenizer_config.json | {\"split_special_tokens\": true} | split_special_tokens must be false",
        "sentence_bert_config.json | {\"modality_config\": {\"text\": {\"method\": \"encode\"}}} | method must be forward",
        "sentence_bert_config.json | {\"tokenizer_args\": {\"model_max_length\": 5}} | tokenizer_args must be absent or empty",
        "sentence_bert_config.json | {\"query_length\": 32} | query_length must be absent or empty",
        "sentence_bert_config.json | {\"window\": 32} | window is 32",
        "sentence_roberta_config.json | {\"max_seq_length\": 1} | max_seq_length must be",
        "tokenizer_config.json | {\"model_max_length\": 1} | model_max_length must be",
        "tokenizer_config.json | {\"model_max_length\": \"all\"} | model_max_length must be a number",
        "tokenizer_config.json | {\"truncation_side\": \"left\"} | truncation_side must be right: left",
        // Prompts and similarity.
        "config_sentence_transformers.json | {\"model_type\": \"SparseEncoder\"} | model_type must be one of",
        "config_sentence_transformers.json | {\"similarity_fn_name\": \"maxsim\"} | similarity_fn_name must be one of",
        "config_sentence_transformers.json | {\"truncate_dim\": 4} | truncate_dim is 4",
        "config_sentence_transformers.json | {\"prompts\": {\"query\": 3}} | query must be a string",
        "config_sentence_transformers.json | {\"prompts\": []} | prompts must be an object",
        "config_sentence_transformers.json | {\"default_prompt_name\": \"query\"} | default_prompt_name must name one of prompts",
      })
  void read_whatIsNotUnderstood_isRefusedByName(String file, String json, String message)
      throws IOException {
    write(file, json);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> ModelFolder.read(folder))
        .withMessageContaining(message)
        .withMessageContaining(folder.resolve(file).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"in_features\": 8, \"out_features\": 4, \"activation_function\": \"my.Swish\"} | activation_function must be one of torch.nn's",
        "{\"in_features\": 8, \"out_features\": 4, \"activation_function\": \"torch.nn.modules.activation.Softmax\"} | Softmax",
        "{\"in_features\": 9, \"out_features\": 4} | in_features must be what the modules before give, 8: 9",
        "{\"in_features\": 8, \"out_features\": 4, \"use_residual\": true} | use_residual must be false",
        "{\"in_features\": 8, \"out_features\": 4, \"module_input_name\": \"token_embeddings\"} | module_input_name",
        "{\"in_features\": 8, \"out_features\": 4, \"dropout\": 1} | dropout is 1",
        "{\"in_features\": 8, \"out_features\": 4, \"bias\": false} | bias must be true where the weights have one",
        "{\"in_features\": 8, \"out_features\": 5} | must be floating of shape [5, 8]",
      })
  void read_denseThatIsNotUnderstood_isRefusedByName(String json, String message)
      throws IOException {
    write(
        "modules.json",
        MODULES.replace("2_Normalize", "2_Dense").replace("models.Normalize", "models.Dense"));
    write("2_Dense/config.json", json);
    Files.write(
        folder.resolve("2_Dense/model.safetensors"),
        new TestSafetensors()
            .addF32("linear.weight", 4, 8)
            .addF32("linear.bias", 4)
            .bytes());
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> ModelFolder.read(folder))
        .withMessageContaining(message);
  }

  @Test
  void read_denseWithoutModules_isRefused() throws IOException {
    Files.delete(folder.resolve("modules.json"));
    write("2_Dense/config.json", "{}");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> ModelFolder.read(folder))
        .withMessageStartingWith("a folder with 2_Dense must have a modules.json");
  }

  @Test
  void read_legacyModes_standInTheirOrder() throws IOException {
    write("1_Pooling/config.json", """
        {"word_embedding_dimension": 8, "pooling_mode_mean_tokens": true,
         "pooling_mode_lasttoken": true, "pooling_mode_cls_token": true}
        """);
    assertThat(ModelFolder.read(folder).recipe().pooling())
        .containsExactly(Pooling.CLS, Pooling.MEAN, Pooling.LAST_TOKEN);
    write("1_Pooling/config.json", "{\"word_embedding_dimension\": 8}");
    assertThat(ModelFolder.read(folder).recipe().pooling()).containsExactly(Pooling.MEAN);
  }

  @Test
  void read_withoutNormalize_isNotOfUnitLength() throws IOException {
    write("modules.json", MODULES.replaceFirst("(?s),\\s*\\{\"idx\": 2.*\\}\\]", "]"));
    assertThat(ModelFolder.read(folder).recipe().unitLength()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // max_seq_length, model_max_length, positions, limit
    "256, 512, 512, 256",
    "8192, 512, 8192, 8192",
    "0, 256, 512, 256",
    "0, 512, 512, 512",
    "0, 0, 514, 514",
    "600, 100, 512, 512",
  })
  void maxTokens_isWhatSentenceTransformersTakes(
      int sentence, int tokenizer, int positions, int limit) throws IOException {
    if (sentence > 0) {
      write("sentence_bert_config.json", "{\"max_seq_length\": " + sentence + "}");
    }
    if (tokenizer > 0) {
      write("tokenizer_config.json", "{\"model_max_length\": " + tokenizer + "}");
    }
    assertThat(ModelFolder.read(folder).maxTokens(positions)).isEqualTo(limit);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e30", "1000000000000000019884624838656", "9223372036854775807", "null"})
  void maxTokens_noLimitOfTheTokenizer_isThatOfTheModel(String none) throws IOException {
    write("tokenizer_config.json", "{\"model_max_length\": " + none + "}");
    assertThat(ModelFolder.read(folder).maxTokens(512)).isEqualTo(512);
  }

  @Test
  void prompts_ofTheFile_areRead() throws IOException {
    write("config_sentence_transformers.json", """
        {"prompts": {"query": "find: ", "passage": ""}, "similarity_fn_name": "dot"}
        """);
    assertThat(ModelFolder.read(folder).prompts())
        .isEqualTo(new Prompts(false, "", "find: ", "", Similarity.DOT));
    write("config_sentence_transformers.json", "{\"prompts\": {\"query\": null}}");
    assertThat(ModelFolder.read(folder).prompts().query()).isEmpty();
    write("config_sentence_transformers.json", """
        {"prompts": {"all": "x: ", "document": "d: "}, "default_prompt_name": "all"}
        """);
    assertThat(ModelFolder.read(folder).prompts())
        .isEqualTo(new Prompts(false, "x: ", "x: ", "d: ", null));
  }

  private void write(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, content);
  }
}

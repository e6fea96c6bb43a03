package io.github.bge4j.examples.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.bge4j.OnnxSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what the ONNX file does not say from the {@code config.json} beside it. */
final class ModelConfig {

  private static final JsonMapper MAPPER = new JsonMapper();

  /** XLM-RoBERTa numbers its positions from 2. */
  private static final int XLM_ROBERTA_OFFSET = 2;

  private ModelConfig() {}

  /** Returns the most tokens that the model takes; the library's default if nothing says. */
  static int maxTokens(Path file) {
    JsonNode config = Files.exists(file) ? read(file) : MAPPER.createObjectNode();
    JsonNode positions = config.path("max_position_embeddings");
    if (positions.isMissingNode()) {
      return OnnxSource.DEFAULT_MODEL_MAX_TOKENS;
    }
    if (!positions.canConvertToExactIntegral() || !positions.canConvertToInt()) {
      throw new IllegalArgumentException(
          file + ": max_position_embeddings must be a whole number; correct the file");
    }
    boolean xlmRoberta = config.path("model_type").asText().equals("xlm-roberta");
    return positions.intValue() - (xlmRoberta ? XLM_ROBERTA_OFFSET : 0);
  }

  private static JsonNode read(Path file) {
    try {
      return MAPPER.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " must be JSON; download it again", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + " must be a readable file: " + e.getMessage() + "; check the path", e);
    }
  }
}

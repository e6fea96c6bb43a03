package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CohereTypeTest {

  private static String written(CohereType type, float... vector) throws Exception {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonMapper().createGenerator(text)) {
      type.write(json, vector);
    }
    return text.toString();
  }

  /** Bits as numpy's packbits and Sentence Transformers' quantize_embeddings give them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float   | [0.5,-0.25,0.0,1.0E-4,-0.5,0.1,0.1,0.1,0.25,-0.1]",
        "int8    | [127,-63,0,0,-127,25,25,25,64,-25]",
        "uint8   | [255,65,128,128,1,153,153,153,192,103]",
        "ubinary | [151,128]",
        "binary  | [23,0]",
      })
  void write_vector_isOfTheType(String type, String expected) throws Exception {
    float[] vector = {0.5f, -0.25f, 0, 1e-4f, -0.5f, 0.1f, 0.1f, 0.1f, 0.25f, -0.1f};
    assertThat(new JsonMapper().readTree(written(CohereType.of(type), vector)))
        .isEqualTo(new JsonMapper().readTree(expected));
  }

  @Test
  void write_zeros_areZeros() throws Exception {
    assertThat(written(CohereType.INT8, 0, 0)).isEqualTo("[0,0]");
    assertThat(written(CohereType.BINARY, 0, 0)).isEqualTo("[-128]");
    assertThat(written(CohereType.BASE64, 1)).isEqualTo("\"AACAPw==\"");
  }

  @Test
  void of_unknownName_isRefusedWithTheNames() {
    assertThatThrownBy(() -> CohereType.of("int4"))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("[float, base64, int8, uint8, binary, ubinary]");
  }
}

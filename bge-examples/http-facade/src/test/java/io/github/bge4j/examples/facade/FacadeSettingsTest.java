package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FacadeSettingsTest {

  private static FacadeSettings from(Map<String, String> environment) {
    return FacadeSettings.from(new Variables(environment, Map.of()));
  }

  @Test
  void from_nothing_listensOnLoopbackWithTheServicesDefaults() {
    FacadeSettings settings = from(Map.of());
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isEqualTo(8011);
    assertThat(settings.maxTextChars()).isEqualTo(10_000);
    assertThat(settings.maxBatchSize()).isEqualTo(2_048);
    assertThat(settings.sparseMapping()).isEqualTo("tokenizer");
    assertThat(settings.device().name()).isEqualTo("cpu");
    assertThat(settings.maxTokens()).isNull();
    assertThat(settings.rerankerMaxTokens()).isNull();
    assertThat(settings.trustsTokenIds()).isFalse();
    assertThat(settings.corsOrigins()).isEmpty();
    assertThat(settings.modelAlias()).isEqualTo("bge-m3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DEVICE | cuda | DEVICE must be a device that can be used: cuda; CUDA is not usable",
        "DEVICE | mps | DEVICE must be auto, cpu, cuda, cuda:N or cuda:N,N: mps; correct it or leave it unset",
        "DEVICE_FALLBACK | maybe | DEVICE_FALLBACK must be true or false: maybe",
        "MAX_TOKENS | 0 | MAX_TOKENS must be a whole number from 1 to 4194304: 0",
        "RERANKER_MAX_TOKENS | x | RERANKER_MAX_TOKENS must be a whole number from 1 to 4194304: x",
        "TOKEN_IDS | any | TOKEN_IDS must be one of [declared, trusted]: any",
        "CORS_ALLOWED_ORIGINS | https://a.org/ | CORS_ALLOWED_ORIGINS must be * or origins",
        "CORS_ALLOWED_ORIGINS | *, a.org | CORS_ALLOWED_ORIGINS must be * or origins",
        "PRECISION | fp8 | PRECISION must be one of [FP32, FP16, INT8]: fp8; correct it or leave it unset",
        "PRECISION | fp16 | PRECISION must be one of the device's, which is cpu: FP16",
        "PORT | 70000 | PORT must be a whole number from 0 to 65535: 70000",
        "max_batch_size | x | MAX_BATCH_SIZE must be a whole number from 1 to 4194304: x",
        "USE_FP16 | maybe | USE_FP16 must be true or false: maybe",
        "API_KEY | schlüssel | API_KEY must be printable ASCII without spaces",
        "API_KEY | two words | API_KEY must be printable ASCII without spaces",
        "LOG_LEVEL | loud | LOG_LEVEL must be one of [DEBUG, INFO, WARNING, WARN, ERROR, CRITICAL]: loud",
        "SPARSE_TOKEN_MAPPING | md5 | SPARSE_TOKEN_MAPPING must be one of",
      })
  void from_badValue_namesRuleValueAndRemedy(String name, String value, String message) {
    assertThatThrownBy(() -> from(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void from_wordsInAnotherCase_areUnderstood() {
    FacadeSettings settings =
        from(Map.of("log_level", "debug", "DEVICE", "CPU", "sparse_token_mapping", "Hash"));
    assertThat(settings.logLevel()).isEqualTo("DEBUG");
    assertThat(settings.sparseMapping()).isEqualTo("hash");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A=b | b",
        "export A = b c  | b c",
        "A=b\t# comment | b",
        "A=b#c | b#c",
        "A= # comment | ``",
        "A=#b | #b",
        "A=\"C:\\models\" | C:\\models",
        "A= | ``",
        "A=\"b # c\" # d | b # c",
        "A='b \\\" c' | b \\\" c",
        "A=\"b \\\"c\\\" \\\\\" | b \"c\" \\",
        "A=\"b | \"b",
        "A=b=c | b=c",
      })
  void parse_line_hasTheValueThatShellsGiveIt(String line, String value) {
    assertThat(DotEnv.parse(".env", List.of(line))).containsEntry("A", value).hasSize(1);
  }

  @Test
  void from_environmentAndFile_environmentWins() {
    Map<String, String> file = DotEnv.parse(
        ".env",
        List.of("# a comment", "PORT=1", "export HOST=\"0.0.0.0\"", "MAX_BATCH_SIZE=3 # x"));
    FacadeSettings settings = FacadeSettings.from(new Variables(Map.of("PORT", "2"), file));
    assertThat(settings.port()).isEqualTo(2);
    assertThat(settings.host()).isEqualTo("0.0.0.0");
    assertThat(settings.maxBatchSize()).isEqualTo(3);
  }

  @Test
  void from_origins_areParted() {
    assertThat(from(Map.of("CORS_ALLOWED_ORIGINS", "https://a.org, http://b.org:8080 ,"))
            .corsOrigins())
        .containsExactly("https://a.org", "http://b.org:8080");
  }

  @Test
  void from_microbatchingOff_runsEveryTextAlone() {
    FacadeSettings settings = from(Map.of("EMBEDDING_MICROBATCH_ENABLED", "false"));
    assertThat(settings.embedderBatchTexts()).isEqualTo(1);
    assertThat(settings.maxWait()).isZero();
  }
}

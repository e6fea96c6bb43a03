package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.Sleeper;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnprocessableEntityException;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams.EncodingFormat;
import com.openai.models.models.Model;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The service as OpenAI's Java library sees it. */
final class OpenAiClientTest extends SharedFacade {

  private static final String KEY = "secret";

  /** Notes how long the client waits before it tries again, and does not wait. */
  private static final class Waits implements Sleeper {

    private final List<Duration> asked = new ArrayList<>();
    private final Runnable meanwhile;

    Waits(Runnable meanwhile) {
      this.meanwhile = meanwhile;
    }

    @Override
    public void sleep(Duration duration) {
      asked.add(duration);
      meanwhile.run();
    }

    @Override
    public CompletableFuture<Void> sleepAsync(Duration duration) {
      sleep(duration);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}
  }

  private final Waits waits = new Waits(() -> {});

  OpenAiClientTest() {
    super(Map.of("API_KEY", KEY));
  }

  private static OpenAIClient client(RunningFacade facade, String key, Waits waits) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(facade.url("/v1"))
        .apiKey(key)
        .sleeper(waits)
        .build();
  }

  private static EmbeddingCreateParams.Builder request() {
    return EmbeddingCreateParams.builder().model("bge-m3");
  }

  private CreateEmbeddingResponse create(EmbeddingCreateParams.Builder request) {
    return client(facade, KEY, waits).embeddings().create(request.build());
  }

  @Test
  void create_default_isBase64OfTheFloats() {
    CreateEmbeddingResponse coded = create(request().input("Paris"));
    CreateEmbeddingResponse plain =
        create(request().input("Paris").encodingFormat(EncodingFormat.FLOAT));
    assertThat(coded.data().get(0).embeddingValue().base64()).isPresent();
    assertThat(plain.data().get(0).embeddingValue().floats()).isPresent();
    assertThat(coded.data().get(0).embedding())
        .hasSize(64)
        .isEqualTo(plain.data().get(0).embedding());
    assertThat(coded.validate().model()).isEqualTo("bge-m3");
  }

  @Test
  void create_list_isOrderedWithUsageOfAllTexts() {
    CreateEmbeddingResponse both =
        create(request().inputOfArrayOfStrings(List.of("Paris", "Rome is old")));
    CreateEmbeddingResponse one = create(request().input("Paris"));
    CreateEmbeddingResponse other = create(request().input("Rome is old"));
    assertThat(both.data()).extracting(it -> it.index()).containsExactly(0L, 1L);
    assertThat(both.data().get(1).embedding()).isEqualTo(other.data().get(0).embedding());
    assertThat(both.usage().promptTokens())
        .isEqualTo(one.usage().promptTokens() + other.usage().promptTokens());
    assertThat(both.usage().totalTokens()).isEqualTo(both.usage().promptTokens());
  }

  @Test
  void create_tokenIds_areOneTextOrOneEach() {
    CreateEmbeddingResponse one = create(request().inputOfArrayOfTokens(List.of(0L, 5L, 6L, 2L)));
    CreateEmbeddingResponse two = create(
        request().inputOfArrayOfTokenArrays(List.of(List.of(0L, 5L, 6L, 2L), List.of(0L, 7L, 2L))));
    assertThat(one.data()).hasSize(1);
    assertThat(two.data()).hasSize(2);
    assertThat(two.data().get(0).embedding()).isEqualTo(one.data().get(0).embedding());
  }

  /** Ids of tiktoken, which LangChain sends, are none of ours. */
  @Test
  void create_foreignTokenIds_isBadRequestThatNamesTheRemedy() {
    BadRequestException thrown = catchThrowableOfType(
        BadRequestException.class,
        () -> create(request().inputOfArrayOfTokenArrays(List.of(List.of(791L, 5L)))));
    assertThat(thrown.code()).hasValue("foreign_token_ids");
    assertThat(thrown.param()).hasValue("input[0]");
    assertThat(thrown).hasMessageContaining("check_embedding_ctx_length=False");
  }

  @Test
  void models_listAndRetrieve_areTheNamesOfAnswers() {
    OpenAIClient client = client(facade, KEY, waits);
    assertThat(client.models().list().data())
        .extracting(Model::id)
        .contains("bge-m3")
        .hasSize(3);
    for (Model model : client.models().list().data()) {
      assertThat(client.models().retrieve(model.id()).id()).isEqualTo(model.id());
    }
    assertThatThrownBy(() -> client.models().retrieve("gpt-4"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("the model must be one of /v1/models");
  }

  @Test
  void create_emptyText_isBadRequestAtOnce() {
    BadRequestException thrown =
        catchThrowableOfType(BadRequestException.class, () -> create(request().input("")));
    assertThat(thrown.code()).hasValue("empty_text");
    assertThat(thrown.param()).hasValue("input");
    assertThat(thrown.type()).hasValue("invalid_request_error");
    assertThat(thrown)
        .hasMessageContaining("400: input must not be empty or blank; send text or leave it out");
    assertThat(waits.asked).as("tries again").isEmpty();
  }

  @Test
  void create_otherDimensions_isBadRequestThatNamesTheModels() {
    BadRequestException thrown = catchThrowableOfType(
        BadRequestException.class, () -> create(request().input("a").dimensions(8)));
    assertThat(thrown.param()).hasValue("dimensions");
    assertThat(thrown).hasMessageContaining("dimensions must be 64: 8");
  }

  @Test
  void create_unknownFormat_isUnprocessable() {
    UnprocessableEntityException thrown = catchThrowableOfType(
        UnprocessableEntityException.class,
        () -> create(request().input("a").encodingFormat(EncodingFormat.of("int8"))));
    assertThat(thrown.param()).hasValue("encoding_format");
  }

  @Test
  void create_wrongKey_isUnauthorizedAtOnce() {
    OpenAIClient stranger = client(facade, "guess", waits);
    UnauthorizedException thrown = catchThrowableOfType(
        UnauthorizedException.class,
        () -> stranger.embeddings().create(request().input("a").build()));
    assertThat(thrown.code()).hasValue("invalid_api_key");
    assertThat(waits.asked).as("tries again").isEmpty();
  }

  @Test
  void create_fullQueue_isRateLimitAfterTheClientsTries() throws Exception {
    Waits noted = new Waits(() -> {});
    try (RunningFacade busy = new RunningFacade(new BusyModels())) {
      busy.settled();
      RateLimitException thrown = catchThrowableOfType(
          RateLimitException.class,
          () ->
              client(busy, KEY, noted).embeddings().create(request().input("a").build()));
      assertThat(thrown.code()).hasValue("overloaded");
      assertThat(thrown.headers().values("retry-after")).containsExactly("1");
    }
    assertThat(noted.asked).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
  }

  @Test
  void create_queueThatDrains_isAnsweredWhenTheClientComesBack() throws Exception {
    BusyModels models = new BusyModels();
    Waits noted = new Waits(models::free);
    try (RunningFacade busy = new RunningFacade(models)) {
      busy.settled();
      CreateEmbeddingResponse answer =
          client(busy, KEY, noted).embeddings().create(request().input("a").build());
      assertThat(answer.data().get(0).embedding()).containsExactly(1f, 0f);
    }
    assertThat(noted.asked).contains(Duration.ofSeconds(1));
  }
}

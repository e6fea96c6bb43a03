package io.github.bge4j.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InputType;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.ModelSource;
import io.github.bge4j.testing.GoldenFiles;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.ai.content.Media;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.observation.DefaultEmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationContext;
import org.springframework.util.MimeTypeUtils;

class BgeEmbeddingModelTest {

  private static final String TEXT = "Pandas eat bamboo.";
  private static final int MAX_TOKENS = 24;
  private static final EmbeddingOptions NO_OPTIONS = EmbeddingOptions.builder().build();

  private static BgeEmbedder embedder;
  private static BgeEmbeddingModel model;

  @BeforeAll
  static void open() {
    embedder = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .queryInstruction("query: ")
        .maxTokens(MAX_TOKENS)
        .build();
    model = BgeEmbeddingModel.builder(embedder).modelName("tiny").build();
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  private static final class Named extends DefaultEmbeddingModelObservationConvention
      implements GlobalObservationConvention<EmbeddingModelObservationContext> {

    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public String getName() {
      return name;
    }
  }

  private static EmbeddingOptions options(String name, int dimensions) {
    return EmbeddingOptions.builder().model(name).dimensions(dimensions).build();
  }

  @Test
  void embed_string_isAQuery() {
    assertThat(model.embed(TEXT))
        .isEqualTo(embedder.dense(TEXT, InputType.QUERY))
        .isNotEqualTo(embedder.dense(TEXT));
  }

  @Test
  void embed_documentListAndRequest_arePassages() {
    float[] passage = embedder.dense(TEXT);
    assertThat(model.embed(new Document(TEXT))).isEqualTo(passage);
    assertThat(model.embed(List.of("other", TEXT)).get(1)).isEqualTo(passage);
    assertThat(model.embed(List.of(new Document(TEXT)), NO_OPTIONS, List::of))
        .containsExactly(passage);
    assertThat(model.embedForResponse(List.of(TEXT)).getResult().getOutput()).isEqualTo(passage);
  }

  @Test
  void call_severalTexts_givesThemInOrderWithUsageAndCuts() {
    String longText =
        "Bamboo grows quickly and pandas eat a great deal of it every day. ".repeat(3);
    EmbeddingResponse response =
        model.call(new EmbeddingRequest(List.of(TEXT, longText, ""), NO_OPTIONS));
    assertThat(response.getResults()).extracting(Embedding::getIndex).containsExactly(0, 1, 2);
    assertThat(response.getResults().get(2).getOutput()).isEqualTo(embedder.dense(""));
    int tokens = embedder.countTokens(TEXT) + MAX_TOKENS + 2;
    assertThat(response.getMetadata().getUsage().getPromptTokens()).isEqualTo(tokens);
    assertThat(response.getMetadata().getUsage().getTotalTokens()).isEqualTo(tokens);
    assertThat(response.getMetadata().getModel()).isEqualTo("tiny");
    Object truncated = response.getMetadata().get(BgeEmbeddingModel.TRUNCATED);
    assertThat(truncated).isEqualTo(1);
  }

  @Test
  void call_noTexts_givesNothing() {
    EmbeddingResponse response = model.call(new EmbeddingRequest(List.of(), NO_OPTIONS));
    assertThat(response.getResults()).isEmpty();
    assertThat(response.getMetadata().getUsage().getTotalTokens()).isZero();
  }

  @Test
  void call_ownModelAndDimension_isTaken() {
    assertThat(model
            .call(new EmbeddingRequest(List.of(TEXT), options("tiny", model.dimensions())))
            .getResults())
        .hasSize(1);
  }

  @Test
  void call_otherModelOrDimension_isRefused() {
    assertThatThrownBy(() -> model.call(new EmbeddingRequest(List.of(TEXT), options("tiny", 8))))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("dimensions of embedding options must be " + model.dimensions()
            + ": 8; leave them unset, as vectors are not shortened");
    assertThatThrownBy(() -> model.embed(
            List.of(new Document(TEXT)), EmbeddingOptions.builder().model("big").build(), List::of))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageStartingWith("model of embedding options must be tiny: big;");
  }

  @Test
  void embed_batchingStrategy_isOneCallABatchInOrder() {
    Observed observed = new Observed();
    List<Document> documents = List.of(new Document("a"), new Document("b"), new Document("c"));
    List<float[]> vectors = BgeEmbeddingModel.builder(embedder)
        .observationRegistry(observed.registry)
        .build()
        .embed(documents, NO_OPTIONS, all -> List.of(all.subList(0, 2), all.subList(2, 3)));
    assertThat(vectors)
        .usingElementComparator((a, b) -> java.util.Arrays.compare(a, b))
        .containsExactlyElementsOf(embedder.dense(List.of("a", "b", "c")));
    assertThat(observed.ended)
        .extracting(context -> Observed.keyValues(context).get("bge.texts"))
        .containsExactly("2", "1");
  }

  @Test
  void embed_batchingStrategyThatLosesDocuments_isRefused() {
    assertThatThrownBy(() -> model.embed(
            List.of(new Document("a"), new Document("b")), NO_OPTIONS, all -> List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a batching strategy must keep all documents: it made 0 of 2; use another");
  }

  @Test
  void embed_metadataMode_decidesWhatOfADocumentIsRead() {
    Document document = new Document(TEXT, Map.of("topic", "animals"));
    BgeEmbeddingModel withMetadata =
        BgeEmbeddingModel.builder(embedder).metadataMode(MetadataMode.EMBED).build();
    assertThat(model.getEmbeddingContent(document)).isEqualTo(TEXT);
    assertThat(withMetadata.getEmbeddingContent(document)).contains("topic: animals", TEXT);
    float[] vector = embedder.dense(document.getFormattedContent(MetadataMode.EMBED));
    assertThat(withMetadata.embed(document)).isEqualTo(vector);
    assertThat(withMetadata.embed(List.of(document), NO_OPTIONS, List::of)).containsExactly(vector);
  }

  @Test
  void embed_documentWithoutText_isRefused() {
    Media image = new Media(MimeTypeUtils.IMAGE_PNG, URI.create("file:/panda.png"));
    assertThatThrownBy(() -> model.embed(new Document("7", image, Map.of())))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessage("documents must have text: 7 has media only; leave it out, or describe it");
  }

  @Test
  void dimensions_areTheEmbedders() {
    assertThat(model.dimensions()).isEqualTo(embedder.dimension());
  }

  @Test
  void build_blankName_isRefused() {
    BgeEmbeddingModel.Builder builder = BgeEmbeddingModel.builder(embedder).modelName(" ");
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("model name must not be blank; leave it unset for the default");
  }

  @Test
  void observation_asked_tellsOfTheCallAndNotItsText() {
    Observed observed = new Observed();
    BgeEmbeddingModel.builder(embedder)
        .modelName("tiny")
        .observationRegistry(observed.registry)
        .build()
        .embed(TEXT);
    assertThat(observed.ended).hasSize(1);
    assertThat(observed.ended.get(0).getName()).isEqualTo("gen_ai.client.operation");
    assertThat(observed.ended.get(0).getContextualName()).isEqualTo("embedding tiny");
    int tokens = embedder.countTokens("query: " + TEXT);
    assertThat(observed.onlyKeyValues())
        .containsEntry("gen_ai.operation.name", "embedding")
        .containsEntry("gen_ai.request.model", "tiny")
        .containsEntry("gen_ai.response.model", "tiny")
        .containsEntry("gen_ai.usage.input_tokens", String.valueOf(tokens))
        .containsEntry("bge.device", "cpu")
        .containsEntry("bge.precision", "fp32")
        .containsEntry("bge.outputs", "dense")
        .containsEntry("bge.texts", "1")
        .containsEntry("bge.truncated", "0")
        .containsValue(BgeEmbeddingModel.PROVIDER);
    assertThat(observed.onlyKeyValues().values()).noneMatch(value -> value.contains("bamboo"));
  }

  @Test
  void observation_conventionOfTheModel_goesBeforeOneOfTheRegistry() {
    Observed observed = new Observed();
    observed.registry.observationConfig().observationConvention(new Named("global"));
    BgeEmbeddingModel.builder(embedder)
        .observationRegistry(observed.registry)
        .observationConvention(new Named("own"))
        .build()
        .embed(TEXT);
    BgeEmbeddingModel.builder(embedder)
        .observationRegistry(observed.registry)
        .build()
        .embed(TEXT);
    assertThat(observed.ended)
        .extracting(Observation.Context::getName)
        .containsExactly("own", "global");
  }

  @Test
  void observation_failedCall_hasItsError() {
    Observed observed = new Observed();
    BgeEmbeddingModel broken = BgeEmbeddingModel.builder(embedder)
        .observationRegistry(observed.registry)
        .build();
    assertThatThrownBy(() -> broken.embed("lone surrogate \ud800"));
    assertThat(observed.ended.get(0).getError())
        .isInstanceOf(io.github.bge4j.InvalidTextException.class);
  }
}

package io.github.bge4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.hub.TestHub;
import io.github.bge4j.testing.hub.TestRepo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of a hub, opened. */
class HubSourceTest {

  @TempDir
  private Path folder;

  private TestHub hub;

  @BeforeEach
  void start() {
    hub = TestHub.start();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private HubSource source(String id) {
    return ModelSource.hub(id)
        .withEndpoint(hub.endpoint())
        .withCache(folder.resolve("cache"))
        .withOffline(false);
  }

  /** The tiny BERT of the golden files, in a folder of that name. */
  private Path bertFolder(String name) throws IOException {
    return GoldenFiles.writeModel("bert", folder.resolve(name));
  }

  private TestRepo bert(String id) throws IOException {
    return TestRepo.of(id).folder(bertFolder("bert"));
  }

  @Test
  void m3OfAHubGivesWhatItsFolderGives() {
    hub.add(GoldenFiles.m3());

    try (BgeEmbedder ofHub = BgeEmbedder.builder().model(source("BAAI/bge-m3")).build();
        BgeEmbedder ofFolder = BgeEmbedder.builder()
            .model(ModelSource.directory(GoldenFiles.path("m3")))
            .build()) {
      assertThat(ofHub.outputs())
          .isEqualTo(Set.of(Output.DENSE, Output.SPARSE, Output.MULTI_VECTOR));
      assertThat(ofHub.dense("What is BGE M3?")).isEqualTo(ofFolder.dense("What is BGE M3?"));
      assertThat(ofHub.maxTokens()).isEqualTo(ofFolder.maxTokens());
    }
  }

  /** A relative path reads like an id, so a typing error in one ends at the hub. */
  @Test
  void hub_pathOfNoFolder_isSaidToBeNone() {
    HubSource mistyped = source("models/bge-m3");
    assertThatThrownBy(mistyped::pull)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("model models/bge-m3 must exist and be readable")
        .hasMessageEndingWith("; there is no folder of that name either");
    assertThatThrownBy(
            () -> BgeEmbedder.builder().model(mistyped.withOffline(true)).build())
        .isInstanceOf(HubException.class)
        .hasMessageContaining("must be in the cache when offline")
        .hasMessageEndingWith("; there is no folder of that name either");
  }

  /** An unset variable is more likely than the wish for the working directory. */
  @Test
  void hub_emptyName_isRefused() {
    assertThatThrownBy(() -> ModelSource.hub(""))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("a model id must be name or owner/name");
  }

  @Test
  void aRerankerOfAHubGivesWhatItsFolderGives() throws IOException {
    Path reranker = GoldenFiles.writeModel("reranker-label0", folder.resolve("bge-reranker-v2-m3"));
    hub.add(TestRepo.of("BAAI/bge-reranker-v2-m3").folder(reranker));

    try (BgeReranker ofHub =
            BgeReranker.builder().model(source("BAAI/bge-reranker-v2-m3")).build();
        BgeReranker ofFolder =
            BgeReranker.builder().model(ModelSource.hub(reranker.toString())).build()) {
      assertThat(ofHub.score("q", "p")).isEqualTo(ofFolder.score("q", "p"));
    }
  }

  @Test
  void theVocabularyIsFoundToo() {
    hub.add(GoldenFiles.m3());

    assertThat(ModelVocabulary.read(source("BAAI/bge-m3")).unknownToken()).isEqualTo("<unk>");
  }

  @Test
  void whatIsCachedIsListed() {
    TestRepo repo = GoldenFiles.m3();
    hub.add(repo);
    Path snapshot = source("BAAI/bge-m3").pull();

    List<CachedModel> models = CachedModel.list(folder.resolve("cache"));

    assertThat(models).hasSize(1);
    CachedModel model = models.get(0);
    assertThat(model.id()).isEqualTo("BAAI/bge-m3");
    assertThat(model.commit()).isEqualTo(repo.sha("main"));
    assertThat(model.revisions()).containsExactly("main");
    assertThat(model.folder()).isEqualTo(snapshot);
    assertThat(model.usable()).isTrue();
    assertThat(model.bytes())
        .isGreaterThan(snapshot.resolve("tokenizer.json").toFile().length());
    assertThat(CachedModel.list(folder.resolve("nowhere"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "BAAI/bge-small-en-v1.5, ENGLISH",
    "BAAI/bge-base-en, ENGLISH",
    "mirror/BGE-Large-EN-v1.5, ENGLISH",
    "BAAI/bge-small-zh-v1.5, CHINESE",
    "BAAI/bge-large-zh, CHINESE",
    "BAAI/bge-m3, NONE",
    "someone/bge-small-en-v1.5-finetuned, NONE",
  })
  void theInstructionIsThatOfTheFamily(String id, String instruction) throws IOException {
    hub.add(bert(id));

    try (BgeEmbedder byName = BgeEmbedder.builder().model(source(id)).build();
        BgeEmbedder bySaying = BgeEmbedder.builder()
            .model(ModelSource.directory(bertFolder("plain")))
            .queryInstruction(
                switch (instruction) {
                  case "ENGLISH" -> QueryInstructions.ENGLISH;
                  case "CHINESE" -> QueryInstructions.CHINESE;
                  default -> "";
                })
            .build()) {
      assertThat(byName.dense("red panda", InputType.QUERY))
          .isEqualTo(bySaying.dense("red panda", InputType.QUERY));
      assertThat(byName.dense("red panda")).isEqualTo(bySaying.dense("red panda"));
    }
  }

  @Test
  void theModelsOwnFilesGoBeforeItsNameAndTheCallerBeforeBoth() throws IOException {
    hub.add(bert("x/bge-small-en-v1.5")
        .file(
            "config_sentence_transformers.json",
            "{\"prompts\": {\"query\": \"find: \", \"document\": \"\"}}".getBytes(UTF_8)));
    HubSource source = source("x/bge-small-en-v1.5");

    try (BgeEmbedder byFile = BgeEmbedder.builder().model(source).build();
        BgeEmbedder bySaying =
            BgeEmbedder.builder().model(source).queryInstruction("").build()) {
      assertThat(byFile.dense("red panda", InputType.QUERY))
          .isEqualTo(byFile.dense("find: red panda"));
      assertThat(bySaying.dense("red panda", InputType.QUERY))
          .isEqualTo(bySaying.dense("red panda"));
    }
  }

  @Test
  void aFolderGoesBeforeAnId() throws IOException {
    Path model = bertFolder("bge-small-en-v1.5");

    try (BgeEmbedder embedder =
        BgeEmbedder.builder().model(ModelSource.hub(model.toString())).build()) {
      assertThat(embedder.dense("red panda", InputType.QUERY))
          .isEqualTo(embedder.dense(QueryInstructions.ENGLISH + "red panda"));
    }
    assertThat(hub.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"onnx/model.onnx", "model.onnx"})
  void theWeightsOfOnnxFilesAreUsedIfThereIsNothingElse(String path) {
    hub.add(TestRepo.of("Xenova/bge-small-en-v1.5")
        .file("config.json", BgeSmall.read("bge-small-en-v1.5-config.json"))
        .file("sentence_bert_config.json", "{\"max_seq_length\": 300}".getBytes(UTF_8))
        .file("tokenizer.json", BgeSmall.read(BgeSmall.TOKENIZER))
        .lfs(path, BgeSmall.read(BgeSmall.MODEL)));

    try (BgeEmbedder ofHub =
            BgeEmbedder.builder().model(source("Xenova/bge-small-en-v1.5")).build();
        BgeEmbedder ours = BgeEmbedder.builder().model(BgeSmall.source()).build()) {
      assertThat(ofHub.maxTokens()).isEqualTo(300);
      assertThat(ofHub.dense("red panda")).isEqualTo(ours.dense("red panda"));
      assertThat(ofHub.queryInstruction()).isEqualTo(QueryInstructions.ENGLISH);
      assertThat(ofHub.dense("red panda", InputType.QUERY))
          .isEqualTo(ours.dense(QueryInstructions.ENGLISH + "red panda"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"st6-dense-tanh", "st6-subfolder", "st27-dense-bin", "onnx-m3-three"})
  void modulesAndFoldersOfAModelComeWithIt(String name) throws IOException {
    Path saved = new SavedFolder(name).copyTo(folder);
    hub.add(TestRepo.of("acme/" + name).folder(saved));

    assertSameVectors(source("acme/" + name), saved);
  }

  /** As transformers leaves a model, which knows nothing of modules. */
  @Test
  void aCachedModelWithoutItsModulesIsCompleted() throws IOException {
    Path saved = new SavedFolder("st6-dense-tanh").copyTo(folder);
    TestRepo repo = TestRepo.of("acme/dense").folder(saved);
    hub.add(repo);
    Path root = folder.resolve("cache/models--acme--dense");
    Path snapshot = Files.createDirectories(root.resolve("snapshots").resolve(repo.sha("main")));
    for (String file : List.of("config.json", "model.safetensors", "tokenizer.json")) {
      Files.copy(saved.resolve(file), snapshot.resolve(file));
    }
    Files.createDirectories(root.resolve("refs"));
    Files.writeString(root.resolve("refs/main"), repo.sha("main"));

    assertThatThrownBy(() ->
            BgeEmbedder.builder().model(source("acme/dense").withOffline(true)).build())
        .isInstanceOf(HubException.class)
        .hasMessageContaining("which may decide about its vectors");
    assertSameVectors(source("acme/dense"), saved);
    assertSameVectors(source("acme/dense").withOffline(true), saved);
  }

  @Test
  void aReadyFileIsFetchedInPlaceOfWeights() throws IOException {
    Path saved = new SavedFolder("onnx-bert").copyTo(folder);
    hub.add(TestRepo.of("acme/onnx").folder(saved));
    HubSource source = source("acme/onnx").asIs("onnx/model_quantized.onnx");

    try (BgeEmbedder ofHub = BgeEmbedder.builder().model(source).build();
        BgeEmbedder ofFolder = BgeEmbedder.builder()
            .model(ModelSource.directory(saved).asIs("onnx/model_quantized.onnx"))
            .build()) {
      assertThat(ofHub.dense("red panda")).isEqualTo(ofFolder.dense("red panda"));
    }
    assertThat(hub.requests()).noneMatch(request -> request.toString().contains("model_fp16"));
  }

  private static void assertSameVectors(ModelSource source, Path folder) {
    try (BgeEmbedder ofHub = BgeEmbedder.builder().model(source).build();
        BgeEmbedder ofFolder =
            BgeEmbedder.builder().model(ModelSource.directory(folder)).build()) {
      assertThat(ofHub.dimension()).isEqualTo(ofFolder.dimension());
      assertThat(ofHub.maxTokens()).isEqualTo(ofFolder.maxTokens());
      assertThat(ofHub.outputs()).isEqualTo(ofFolder.outputs());
      assertThat(ofHub.dense("red panda")).isEqualTo(ofFolder.dense("red panda"));
    }
  }

  @Test
  void whatIsNeitherFolderNorIdIsRefusedAtOnce() {
    assertThatThrownBy(() -> ModelSource.hub("no/such/thing"))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("or name a folder that exists");
    assertThatThrownBy(() -> ModelSource.hub("a/b").withRevision("../x"))
        .isInstanceOf(InvalidOptionException.class);
  }

  @Test
  void aModelThatIsNotToBeHadFailsTyped() {
    assertThatThrownBy(() -> BgeEmbedder.builder().model(source("no/such")).build())
        .isInstanceOf(HubException.class)
        .isInstanceOf(ModelException.class);
  }
}

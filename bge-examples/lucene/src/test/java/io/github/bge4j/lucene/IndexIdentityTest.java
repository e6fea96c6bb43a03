package io.github.bge4j.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import io.github.bge4j.Precision;
import io.github.bge4j.batching.BatchExecutor;
import io.github.bge4j.batching.BatchListener;
import io.github.bge4j.batching.BatchReport;
import io.github.bge4j.sparse.SparseTokenMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index opens with what made it, and with nothing else. */
final class IndexIdentityTest {

  @TempDir
  private Path folder = Path.of("");

  private final BgeEmbedder embedder = Models.m3().build();

  @BeforeEach
  void makeIndex() throws IOException {
    builder(embedder).open().close();
  }

  @AfterEach
  void close() {
    embedder.close();
  }

  private BgeIndexBuilder builder(BgeEmbedder model) {
    return BgeIndex.builder(folder.resolve("index"), model).model("the tiny M3");
  }

  private static void assertRefused(BgeIndexBuilder builder, String difference) {
    assertThatThrownBy(builder::openReadOnly)
        .isInstanceOf(IndexMismatchException.class)
        .hasMessageContaining("was made with the tiny M3 by version")
        .hasMessageContaining("and must be opened alike: it has " + difference)
        .hasMessageEndingWith("; open it with the same model and settings as when it was made, or"
            + " make it anew in another folder");
    assertThatThrownBy(builder::open).isInstanceOf(IndexMismatchException.class);
  }

  @Test
  void open_sameModelUnderAnotherName_isFine() throws IOException {
    try (BgeIndex index = builder(embedder).model("elsewhere").open()) {
      assertThat(index.outputs()).containsExactly(Output.DENSE, Output.SPARSE);
    }
  }

  @Test
  void open_otherSettings_namesThem() {
    assertRefused(
        builder(embedder).sparseMapping(SparseTokenMapper.hash()),
        "sparse mapping tokenizer of 1048576, not hash of 1048576");
    assertRefused(
        builder(embedder).sparseMapping(SparseTokenMapper.tokenizer(9_000)),
        "sparse mapping tokenizer of 1048576, not tokenizer of 9000");
    assertRefused(
        builder(embedder).analyzer(new StandardAnalyzer()),
        "analyzer org.apache.lucene.analysis.en.EnglishAnalyzer, not"
            + " org.apache.lucene.analysis.standard.StandardAnalyzer");
  }

  @Test
  void open_otherPrecision_isToldByTheModel() {
    try (BgeEmbedder int8 = Models.m3().precision(Precision.INT8).build()) {
      assertRefused(builder(int8), "precision FP32, not INT8");
      assertRefused(
          builder(int8).outputs(Output.DENSE),
          "precision FP32, not INT8; it has outputs DENSE,SPARSE, not DENSE; it has sparse mapping"
              + " tokenizer of 1048576, not none");
    }
  }

  /** Whether an index is new is told by who may write it. */
  @Test
  void open_whileAnotherMakesIt_isRefused() throws Exception {
    Path made = folder.resolve("made");
    AtomicBoolean opening = new AtomicBoolean();
    CompletableFuture<BgeIndex> second = new CompletableFuture<>();
    BatchListener listener = new BatchListener() {
      @Override
      public void batchRan(BatchReport report) {
        if (opening.compareAndSet(true, false)) {
          try {
            second.complete(
                BgeIndex.builder(made, embedder).outputs(Output.DENSE).open());
          } catch (IOException | RuntimeException e) {
            second.completeExceptionally(e);
          }
        }
      }
    };
    try (BatchExecutor executor = BatchExecutor.builder().listener(listener).build();
        BgeEmbedder first = Models.m3().executor(executor).build()) {
      opening.set(true);
      try (BgeIndex index = BgeIndex.builder(made, first).open()) {
        assertThatThrownBy(() -> second.get(60, TimeUnit.SECONDS))
            .hasCauseInstanceOf(IOException.class)
            .hasMessageContaining("must be open for writing once: it is so elsewhere");
        assertThat(index.outputs()).containsExactly(Output.DENSE, Output.SPARSE);
      }
    }
  }

  @Test
  void open_strayFiles_areNoReasonToRefuse() throws IOException {
    Files.writeString(folder.resolve("index/notes.txt"), "x");
    Files.writeString(folder.resolve("index/.DS_Store"), "x");
    builder(embedder).open().close();
    Path mounted = Files.createDirectories(folder.resolve("mounted"));
    Files.createDirectory(mounted.resolve("lost+found"));
    Files.writeString(mounted.resolve(".DS_Store"), "x");
    try (BgeIndex index = BgeIndex.builder(mounted, embedder).open()) {
      assertThat(index.size()).isZero();
    }
  }

  @Test
  void open_otherModel_isToldByItsDimensionOrOutputs() {
    try (BgeEmbedder model = Models.openSmall()) {
      assertRefused(builder(model), "");
    }
  }

  /** Same files, same dimension: only its vectors tell. */
  @Test
  void open_sameModelUsedInAnotherWay_isToldByItsVectors() {
    try (BgeEmbedder model = Models.m3().passageInstruction("passage: ").build()) {
      assertRefused(builder(model), "vectors of that model, from which those of this one differ");
    }
  }

  @Test
  void open_otherFormat_isRefused() throws IOException {
    try (Directory directory = FSDirectory.open(folder.resolve("index"));
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      Map<String, String> data = new TreeMap<>();
      writer.getLiveCommitData().forEach(entry -> data.put(entry.getKey(), entry.getValue()));
      data.put("bge4j.format", "99");
      writer.setLiveCommitData(data.entrySet());
    }
    assertRefused(builder(embedder), "format 99, not 1");
  }

  @Test
  void open_indexOfSomebodyElse_isRefused() throws IOException {
    Path foreign = folder.resolve("foreign");
    try (Directory directory = FSDirectory.open(foreign);
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      writer.commit();
    }
    assertThatThrownBy(() -> BgeIndex.builder(foreign, embedder).open())
        .isInstanceOf(IndexMismatchException.class)
        .hasMessage("index " + foreign + " must be one of this library: it says nothing of a model;"
            + " choose another folder");
  }

  @Test
  void open_folderOfOtherFiles_isRefusedAndLeftAlone() throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    Files.writeString(home.resolve("letter.txt"), "x");
    assertThatThrownBy(() -> BgeIndex.builder(home, embedder).open())
        .isInstanceOf(IOException.class)
        .hasMessage("the folder of an index must be empty, new, or an index: " + home
            + " has letter.txt; choose another");
    assertThat(home).isDirectoryContaining(file -> file.endsWith("letter.txt"));
    Path file = home.resolve("letter.txt");
    assertThatThrownBy(() -> BgeIndex.builder(file, embedder).open())
        .isInstanceOf(IOException.class)
        .hasMessage("an index must be a folder: " + file + " is a file");
    assertThatThrownBy(() -> BgeIndex.builder(home, embedder).openReadOnly())
        .isInstanceOf(IOException.class)
        .hasMessage("there must be an index in " + home + ": there is none; make it first");
  }

  @Test
  void open_outputsTheModelDoesNotGive_areRefused() {
    try (BgeEmbedder model = Models.openSmall()) {
      assertThatThrownBy(() -> BgeIndex.builder(folder.resolve("new"), model)
              .outputs(Output.DENSE, Output.SPARSE)
              .open())
          .isInstanceOf(InvalidOptionException.class)
          .hasMessage("an index can have what the model gives, [DENSE]: [DENSE, SPARSE] were asked"
              + " for; leave the others out");
    }
  }
}

package io.github.bge4j.examples.vectordb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InputType;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Output;
import io.github.bge4j.examples.vectordb.PgvectorStore.DenseType;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import io.github.bge4j.testing.GoldenFiles;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs against the PostgreSQL that PGVECTOR_URL names, such as jdbc:postgresql://host/postgres. */
final class PgvectorStoreTest extends HybridContract {

  private static final SparseVector VECTOR =
      SparseVector.of(new int[] {0, 6, -1}, new float[] {0.5f, 0.25f, 3.0e-5f});

  private static final Connection UNUSED = (Connection) Proxy.newProxyInstance(
      PgvectorStoreTest.class.getClassLoader(),
      new Class<?>[] {Connection.class},
      (proxy, method, arguments) -> {
        throw new AssertionError(method);
      });

  private List<Connection> open = List.of();

  @AfterEach
  void closeConnection() throws Exception {
    for (Connection each : open) {
      each.close();
    }
  }

  private Connection connect() throws Exception {
    String url = System.getenv("PGVECTOR_URL");
    assumeTrue(url != null, "NOT RUN against pgvector: PGVECTOR_URL names no server");
    Connection connection = DriverManager.getConnection(url);
    open = List.of(connection);
    return connection;
  }

  @Override
  HybridStore open(String name, int dimension, int indexSpace) throws Exception {
    // fp16 of these vectors may exchange neighbours, which the contract's exact ranks forbid.
    return open(name, PgvectorStore.DenseType.VECTOR, dimension, indexSpace);
  }

  private HybridStore open(String name, PgvectorStore.DenseType type, int dimension, int indexSpace)
      throws Exception {
    Connection connection = connect();
    String table = "bge_test_" + name;
    try (Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists " + table);
      // So few rows would be read one by one, past the indexes.
      statement.execute("set enable_seqscan = off");
    }
    return new PgvectorStore(connection, table, type, dimension, indexSpace);
  }

  @Test
  void search_halfvec_findsTheSame() throws Exception {
    HybridStore store = open("half", PgvectorStore.DenseType.HALFVEC, 3, 100);
    store.create();
    SparseVector weights = SparseVector.of(new int[] {7}, new float[] {0.5f});
    store.upsert(List.of(
        new VectorRecord("a", "first", new float[] {1, 0, 0}, weights),
        new VectorRecord(
            "b", "second", new float[] {0, 1, 0}, SparseVector.of(new int[0], new float[0]))));
    assertThat(store.search(new float[] {0.8f, 0.6f, 0}, weights, 5))
        .containsExactly(
            new FoundText("a", "first", 2 / 61.0), new FoundText("b", "second", 1 / 62.0));
  }

  @Test
  void store_asInTheReadme_findsTheTexts() throws Exception {
    String table = "bge_test_readme";
    Connection connection = connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists " + table);
    }
    List<String> texts = List.of("Cervantes wrote Don Quixote.", "Pandas eat bamboo.");
    SparseTokenMapper mapper = SparseTokenMapper.tokenizer(1 << 20);
    try (BgeEmbedder embedder = BgeEmbedder.builder()
        .model(ModelSource.directory(GoldenFiles.path("m3")))
        .build()) {
      PgvectorStore store = new PgvectorStore(
          connection, table, DenseType.HALFVEC, embedder.dimension(), mapper.indexSpace());
      store.create();
      List<Embedding> embeddings = embedder.embed(texts, Output.DENSE, Output.SPARSE);
      store.upsert(IntStream.range(0, texts.size())
          .mapToObj(i -> new VectorRecord(
              "id-" + i,
              texts.get(i),
              embeddings.get(i).dense(),
              mapper.map(embeddings.get(i).lexicalWeights())))
          .toList());
      Embedding query =
          embedder.embed("Who wrote it?", InputType.QUERY, Output.DENSE, Output.SPARSE);
      List<FoundText> found = store.search(query.dense(), mapper.map(query.lexicalWeights()), 10);
      assertThat(found).extracting(FoundText::text).hasSameElementsAs(texts);
    }
  }

  @Test
  void sparsevec_anyVector_countsFromOne() {
    assertThat(PgvectorStore.sparsevec(VECTOR.topK(2), 7).getValue()).isEqualTo("{1:0.5,7:0.25}/7");
    assertThat(PgvectorStore.sparsevec(VECTOR.topK(0), 1).getValue()).isEqualTo("{}/1");
  }

  @Test
  void sparsevec_indexBeyondTheDimensions_throws() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PgvectorStore.sparsevec(VECTOR, 7))
        .withMessage("indices must be below the 7 dimensions: 4294967295;"
            + " give the index space of the mapping");
  }

  @Test
  void sparsevec_moreThanTheIndexHolds_throws() {
    SparseVector large = SparseVector.of(IntStream.range(0, 16_001).toArray(), new float[16_001]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PgvectorStore.sparsevec(large, 20_000))
        .withMessage("a vector must have at most 16000 entries for pgvector: 16001; keep its topK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a b", "a;drop table x", "a\"", "1a"})
  void new_oddTable_isRefused(String table) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PgvectorStore(UNUSED, table, PgvectorStore.DenseType.VECTOR, 3, 100))
        .withMessageStartingWith("table must be lower-case letters, digits and underscores");
  }

  @Test
  void new_indexSpaceBeyondTheType_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new PgvectorStore(UNUSED, "t", PgvectorStore.DenseType.VECTOR, 3, 1L << 32))
        .withMessage("index space must be from 1 to 1000000000 for pgvector: 4294967296;"
            + " map into a smaller one");
  }
}

package io.github.bge4j.examples.vectordb;

import io.github.bge4j.sparse.MappingCollisions;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import io.github.bge4j.sparse.TextHash;
import java.io.PrintStream;
import java.util.Map;

/** Prints lexical weights as each database takes them; {@code VectorDatabasesTest} runs it. */
final class VectorDatabases {

  /** "What is BGE M3?" by BGE-M3, as FlagEmbedding's tutorial 1.2.4 prints it. */
  private static final Map<Long, Float> WEIGHTS = Map.of(
      4865L, 0.08362077f,
      83L, 0.081469566f,
      335L, 0.12964639f,
      11_679L, 0.25186998f,
      276L, 0.17001738f,
      363L, 0.26957875f,
      32L, 0.040755156f);

  private static final String VECTOR = "lexical";

  private VectorDatabases() {}

  public static void main(String[] args) {
    print(System.out);
  }

  static void print(PrintStream out) {
    SparseTokenMapper mapper = SparseTokenMapper.tokenizer();
    SparseVector vector = mapper.map(SparseVector.ofMap(WEIGHTS));
    out.println("Qdrant   " + Qdrant.collection(VECTOR));
    out.println("         " + Qdrant.point(1, VECTOR, vector));
    out.println("         " + Qdrant.query(VECTOR, vector.topK(3), 10));
    out.println("Milvus   " + Milvus.row(vector));
    out.println("pgvector " + Pgvector.text(vector, mapper.indexSpace()));

    SparseTokenMapper hash = SparseTokenMapper.hash();
    out.println("hash     " + hash.map(SparseVector.ofMap(WEIGHTS)).toMap());
    MappingCollisions collisions = hash.collisions(250_002);
    out.println("         " + collisions);
    // A rule of your own is a lambda; this one hashes less well.
    SparseTokenMapper own = SparseTokenMapper.of("remainder", 1000, id -> id % 1000);
    out.println("own      " + own.map(SparseVector.ofMap(WEIGHTS)).toMap());
    // Weights whose keys are texts need no ids at all.
    out.println(
        "text     " + TextHash.map(Map.of("BGE", 0.38f, "M3", 0.44f), 1 << 20).toMap());
  }
}

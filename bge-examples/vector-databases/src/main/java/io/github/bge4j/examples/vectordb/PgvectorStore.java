package io.github.bge4j.examples.vectordb;

import com.pgvector.PGhalfvec;
import com.pgvector.PGsparsevec;
import com.pgvector.PGvector;
import io.github.bge4j.sparse.SparseVector;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.postgresql.util.PGobject;

/**
 * Texts and their vectors in a table of PostgreSQL with pgvector 0.7 or later: dense vectors in
 * {@code vector} or {@code halfvec} with an HNSW index by dot product, lexical weights in
 * {@code sparsevec}; one statement searches both and fuses the ranks. The search by lexical weights
 * is exact: an inverted index of tokens finds the texts that share one, whose dot products are
 * computed. (An HNSW index finds few of them, as most texts share no token with each other.)
 *
 * <p>As thread-safe as its connection, which remains the caller's. A call is a statement of its
 * own, or of the connection's transaction if it does not commit by itself.
 */
public final class PgvectorStore implements HybridStore {

  /** Of the type sparsevec. */
  private static final long MAX_DIMENSIONS = 1_000_000_000;

  /** Of the type sparsevec. */
  private static final int MAX_ENTRIES = 16_000;

  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,40}");

  /** How dense vectors are stored. */
  public enum DenseType {
    /** In fp32, of at most 2,000 dimensions. */
    VECTOR("vector"),
    /** In fp16, half as large; changes a cosine by some 1e-4. Of at most 4,000 dimensions. */
    HALFVEC("halfvec");

    private final String type;

    DenseType(String type) {
      this.type = type;
    }

    private PGobject of(float[] vector) {
      return this == VECTOR ? new PGvector(vector) : new PGhalfvec(vector);
    }
  }

  private final Connection connection;
  private final String table;
  private final DenseType denseType;
  private final int dimension;
  private final int indexSpace;

  /**
   * Names a table; nothing is asked of the server yet.
   *
   * @param table lower-case letters, digits and underscores
   * @param dimension of dense vectors
   * @param indexSpace that of the mapping of the lexical weights; at most 1,000,000,000
   * @throws IllegalArgumentException if the name or the index space is none of these
   */
  public PgvectorStore(
      Connection connection, String table, DenseType denseType, int dimension, long indexSpace) {
    if (!NAME.matcher(table).matches()) {
      throw new IllegalArgumentException(
          "table must be lower-case letters, digits and underscores, at most 41: " + table);
    }
    if (indexSpace < 1 || indexSpace > MAX_DIMENSIONS) {
      throw new IllegalArgumentException("index space must be from 1 to " + MAX_DIMENSIONS
          + " for pgvector: " + indexSpace + "; map into a smaller one");
    }
    this.connection = connection;
    this.table = table;
    this.denseType = denseType;
    this.dimension = dimension;
    this.indexSpace = (int) indexSpace;
  }

  /**
   * Makes the extension, the table and its indexes, those that are not there.
   *
   * @throws SQLException if the server refuses; the extension may need an administrator
   */
  @Override
  public void create() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("create extension if not exists vector");
      statement.execute("create table if not exists " + table
          + " (id text primary key, content text not null, dense " + denseType.type + "("
          + dimension
          + ") not null, tokens integer[] not null, sparse sparsevec(" + indexSpace
          + ") not null)");
      statement.execute("create index if not exists " + table + "_dense on " + table
          + " using hnsw (dense " + denseType.type + "_ip_ops)");
      statement.execute(
          "create index if not exists " + table + "_tokens on " + table + " using gin (tokens)");
    }
  }

  /**
   * Writes records in one batch; those whose ids are there are replaced.
   *
   * @throws IllegalArgumentException if the table or its index would refuse a vector; nothing is
   *     written
   * @throws SQLException if the server fails
   */
  @Override
  public void upsert(List<VectorRecord> records) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("insert into " + table + " (id, content, dense,"
            + " tokens, sparse) values (?, ?, ?, ?, ?) on conflict (id) do update set content ="
            + " excluded.content, dense = excluded.dense, tokens = excluded.tokens,"
            + " sparse = excluded.sparse")) {
      for (VectorRecord each : records) {
        statement.setString(1, each.id());
        statement.setString(2, each.text());
        statement.setObject(3, denseType.of(each.dense()));
        statement.setArray(4, tokens(each.sparse()));
        statement.setObject(5, sparsevec(each.sparse(), indexSpace));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /**
   * Searches by both vectors and fuses the ranks. Sets {@code hnsw.ef_search} of the connection, as
   * an index gives no more than that.
   *
   * @param hits how many texts, from 1 to 1,000
   * @return best first
   * @throws SQLException if the server fails
   */
  @Override
  public List<FoundText> search(float[] dense, SparseVector sparse, int hits) throws SQLException {
    int depth = FoundText.depth(hits);
    try (Statement setting = connection.createStatement()) {
      setting.execute("set hnsw.ef_search = " + depth);
    }
    try (PreparedStatement statement = connection.prepareStatement("with d as ("
        + "select id, row_number() over (order by distance, id) as rank from (select id,"
        + " dense <#> ? as distance from " + table + " order by distance limit ?) as nearest),"
        + " s as (select id, row_number() over (order by distance, id) as rank from (select id,"
        + " sparse <#> ? as distance from " + table + " where tokens && ? order by distance, id"
        + " limit ?) as nearest where distance < 0) "
        + "select id, content, coalesce(1.0 / (? + d.rank), 0) + coalesce(1.0 / (? + s.rank), 0)"
        + " as score from d full join s using (id) join " + table
        + " using (id) order by score desc, id limit ?")) {
      statement.setObject(1, denseType.of(dense));
      statement.setInt(2, depth);
      statement.setObject(3, sparsevec(sparse, indexSpace));
      statement.setArray(4, tokens(sparse));
      statement.setInt(5, depth);
      statement.setInt(6, FoundText.RRF_CONSTANT);
      statement.setInt(7, FoundText.RRF_CONSTANT);
      statement.setInt(8, hits);
      List<FoundText> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(new FoundText(rows.getString(1), rows.getString(2), rows.getDouble(3)));
        }
      }
      return found;
    }
  }

  private Array tokens(SparseVector vector) throws SQLException {
    return connection.createArrayOf(
        "int4", Arrays.stream(vector.indices()).boxed().toArray());
  }

  /**
   * Returns lexical weights as pgvector takes them. Its text form counts indices from 1, as in
   * <code>{1:0.5,7:0.25}/1048576</code>.
   */
  static PGsparsevec sparsevec(SparseVector vector, int dimensions) {
    if (vector.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException("a vector must have at most " + MAX_ENTRIES
          + " entries for pgvector: " + vector.size() + "; keep its topK");
    }
    Map<Integer, Float> entries = new HashMap<>();
    vector.toMap().forEach((index, value) -> {
      if (index >= dimensions) {
        throw new IllegalArgumentException("indices must be below the " + dimensions
            + " dimensions: " + index + "; give the index space of the mapping");
      }
      entries.put(index.intValue(), value);
    });
    return new PGsparsevec(entries, dimensions);
  }
}

package io.github.bge4j.lucene;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import io.github.bge4j.Similarity;
import io.github.bge4j.sparse.SparseTokenMapper;
import io.github.bge4j.sparse.SparseVector;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/**
 * The fields of a document in the index.
 *
 * @param similarity how dense vectors are compared
 * @param outputs what is stored of the model's outputs
 * @param mapper gives the indices of lexical weights
 * @param maxTokens how much the model reads of a document
 */
record DocumentFields(
    Similarity similarity, Set<Output> outputs, SparseTokenMapper mapper, int maxTokens) {

  static final String ID = "id";
  static final String PASSAGE = "passage";
  static final String DENSE = "dense";
  static final SparseField SPARSE = new SparseField("sparse");
  static final String MULTI_VECTOR = "multi-vector";
  static final String DIGEST = "digest";

  private static final String TITLE = "title";
  private static final String TEXT = "text";
  private static final String METADATA = "metadata.";

  /** The most components that Lucene takes. */
  private static final int MOST_COMPONENTS = 1_024;

  /** Refuses a model whose vectors Lucene cannot hold. */
  static void check(BgeEmbedder embedder) {
    if (embedder.similarity() == Similarity.MANHATTAN) {
      throw new InvalidOptionException("vectors must be compared by cosine, dot product or"
          + " Euclidean distance for Lucene: the model's by MANHATTAN; choose another model");
    }
    if (embedder.dimension() > MOST_COMPONENTS) {
      throw new InvalidOptionException("vectors must have at most " + MOST_COMPONENTS
          + " components for Lucene: " + embedder.dimension() + "; choose another model");
    }
  }

  boolean hasSparse() {
    return outputs.contains(Output.SPARSE);
  }

  static String metadata(String name) {
    return METADATA + name;
  }

  /** Returns what Lucene stores of a document. */
  Document toLucene(IndexedDocument document, Embedding embedding) {
    Document fields = new Document();
    fields.add(new StringField(ID, document.id(), Store.YES));
    fields.add(new StoredField(TITLE, document.title()));
    fields.add(new StoredField(TEXT, document.text()));
    fields.add(new StoredField(DIGEST, digest(document)));
    fields.add(new TextField(PASSAGE, document.passage(), Store.NO));
    document
        .metadata()
        .forEach((name, values) ->
            values.forEach(value -> fields.add(new StringField(metadata(name), value, Store.YES))));
    fields.add(new KnnFloatVectorField(DENSE, dense(embedding), function()));
    if (hasSparse()) {
      SPARSE.fields(sparse(embedding)).forEach(fields::add);
    }
    if (outputs.contains(Output.MULTI_VECTOR)) {
      fields.add(
          new BinaryDocValuesField(MULTI_VECTOR, StoredVectors.encode(embedding.multiVector())));
    }
    return fields;
  }

  /** Returns the document that was stored. */
  static IndexedDocument fromLucene(Document stored) {
    Map<String, List<String>> metadata = new TreeMap<>();
    for (IndexableField field : stored) {
      if (field.name().startsWith(METADATA)) {
        metadata
            .computeIfAbsent(field.name().substring(METADATA.length()), name -> new ArrayList<>())
            .add(field.stringValue());
      }
    }
    return new IndexedDocument(stored.get(ID), stored.get(TITLE), stored.get(TEXT), metadata);
  }

  /** Returns a dense vector as it is compared: of length 1 for the cosine. */
  float[] dense(Embedding embedding) {
    float[] vector = embedding.dense();
    return similarity == Similarity.COSINE && !VectorUtil.isUnitVector(vector)
        ? VectorUtil.l2normalize(vector.clone(), false)
        : vector;
  }

  SparseVector sparse(Embedding embedding) {
    return mapper.map(embedding.lexicalWeights());
  }

  private VectorSimilarityFunction function() {
    return switch (similarity) {
      case COSINE -> VectorSimilarityFunction.DOT_PRODUCT;
      case DOT -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
      default -> VectorSimilarityFunction.EUCLIDEAN;
    };
  }

  /** Tells a document, and how much of it is read, from any other content under its id. */
  String digest(IndexedDocument document) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      update(digest, String.valueOf(maxTokens));
      update(digest, document.title());
      update(digest, document.text());
      new TreeMap<>(document.metadata()).forEach((name, values) -> {
        update(digest, name);
        update(digest, String.valueOf(values.size()));
        values.forEach(value -> update(digest, value));
      });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes);
  }
}

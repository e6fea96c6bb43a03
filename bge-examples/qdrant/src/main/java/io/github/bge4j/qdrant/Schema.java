package io.github.bge4j.qdrant;

import static io.qdrant.client.ValueFactory.value;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.Embedding;
import io.github.bge4j.Output;
import io.github.bge4j.Precision;
import io.github.bge4j.Similarity;
import io.qdrant.client.grpc.Collections.BinaryQuantization;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.Modifier;
import io.qdrant.client.grpc.Collections.MultiVectorComparator;
import io.qdrant.client.grpc.Collections.MultiVectorConfig;
import io.qdrant.client.grpc.Collections.QuantizationConfig;
import io.qdrant.client.grpc.Collections.QuantizationType;
import io.qdrant.client.grpc.Collections.ScalarQuantization;
import io.qdrant.client.grpc.Collections.SparseIndexConfig;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A specification in the words of Qdrant, for the dimensions of a model. */
final class Schema {

  /** The field of a collection's metadata that holds ours. */
  static final String METADATA = "bge4j";

  private static final float QUANTILE = 0.99f;

  private final CollectionSpec spec;
  private final Precision precision;
  private final Map<String, VectorParams> vectors = new LinkedHashMap<>();

  private Schema(CollectionSpec spec, Precision precision) {
    this.spec = spec;
    this.precision = precision;
  }

  /** Asks the model for its dimensions; that of a multi-vector shows in an embedding only. */
  static Schema of(CollectionSpec spec, BgeEmbedder embedder) {
    Schema schema = new Schema(spec, embedder.precision());
    if (spec.has(Output.DENSE)) {
      schema.vectors.put(
          CollectionSpec.DENSE,
          schema.params(embedder.dimension(), distance(embedder.similarity())).build());
    }
    if (spec.has(Output.MULTI_VECTOR)) {
      Embedding sample = embedder.embed("", Output.MULTI_VECTOR);
      schema.vectors.put(
          CollectionSpec.COLBERT,
          schema
              .params(sample.multiVector().dimension(), Distance.Dot)
              .setHnswConfig(HnswConfigDiff.newBuilder().setM(0))
              .setMultivectorConfig(
                  MultiVectorConfig.newBuilder().setComparator(MultiVectorComparator.MaxSim))
              .build());
    }
    return schema;
  }

  /** Returns how many bytes the vectors of a text take, but for its sparse one. */
  long bytes(int tokens) {
    long floats = 0;
    for (VectorParams params : vectors.values()) {
      floats += params.getSize() * (params.hasMultivectorConfig() ? tokens : 1);
    }
    return floats * Float.BYTES;
  }

  private static Distance distance(Similarity similarity) {
    return switch (similarity) {
      case COSINE -> Distance.Cosine;
      case DOT -> Distance.Dot;
      case EUCLIDEAN -> Distance.Euclid;
      case MANHATTAN -> Distance.Manhattan;
    };
  }

  private VectorParams.Builder params(int size, Distance distance) {
    VectorParams.Builder params =
        VectorParams.newBuilder().setSize(size).setDistance(distance).setOnDisk(spec.onDisk());
    switch (spec.quantization()) {
      case NONE -> {}
      case INT8 ->
        params.setQuantizationConfig(QuantizationConfig.newBuilder()
            .setScalar(ScalarQuantization.newBuilder()
                .setType(QuantizationType.Int8)
                .setQuantile(QUANTILE)
                .setAlwaysRam(true)));
      case BINARY ->
        params.setQuantizationConfig(QuantizationConfig.newBuilder()
            .setBinary(BinaryQuantization.newBuilder().setAlwaysRam(true)));
    }
    return params;
  }

  CreateCollection create() {
    CreateCollection.Builder create = CreateCollection.newBuilder()
        .setCollectionName(spec.collection())
        .setVectorsConfig(VectorsConfig.newBuilder()
            .setParamsMap(VectorParamsMap.newBuilder().putAllMap(vectors)))
        .setOnDiskPayload(spec.onDisk())
        .putMetadata(METADATA, value(metadata()));
    if (spec.has(Output.SPARSE)) {
      create.setSparseVectorsConfig(SparseVectorConfig.newBuilder()
          .putMap(
              CollectionSpec.SPARSE,
              SparseVectorParams.newBuilder()
                  .setIndex(SparseIndexConfig.newBuilder().setOnDisk(spec.onDisk()))
                  .build()));
    }
    return create.build();
  }

  /** Returns what marks a collection that others made as this one. */
  UpdateCollection mark() {
    return UpdateCollection.newBuilder()
        .setCollectionName(spec.collection())
        .putMetadata(METADATA, value(metadata()))
        .build();
  }

  static boolean isMarked(CollectionInfo info) {
    return info.getConfig().containsMetadata(METADATA);
  }

  private Map<String, Value> metadata() {
    Map<String, Value> metadata = new LinkedHashMap<>();
    metadata.put("model", value(spec.model()));
    metadata.put("precision", value(precision.name().toLowerCase(Locale.ROOT)));
    if (spec.has(Output.SPARSE)) {
      metadata.put("mapping", value(spec.mapper().name()));
      metadata.put("index_space", value(spec.mapper().indexSpace()));
    }
    return metadata;
  }

  /**
   * Compares a collection with this.
   *
   * @throws CollectionMismatchException if it lacks a vector, or has another model or mapping
   */
  void check(CollectionInfo info) {
    checkMetadata(info);
    checkVectors(info);
  }

  /**
   * Compares a collection's vectors alone with this.
   *
   * @throws CollectionMismatchException if it lacks one, or has another
   */
  void checkVectors(CollectionInfo info) {
    CollectionParams params = info.getConfig().getParams();
    Map<String, VectorParams> found = params.getVectorsConfig().getParamsMap().getMapMap();
    vectors.forEach((name, wanted) -> {
      VectorParams other = found.getOrDefault(name, VectorParams.getDefaultInstance());
      checkSame("vector \"" + name + "\"", describe(wanted), describe(other));
    });
    if (spec.has(Output.SPARSE)) {
      Map<String, SparseVectorParams> sparse = params.getSparseVectorsConfig().getMapMap();
      SparseVectorParams other = sparse.get(CollectionSpec.SPARSE);
      checkSame(
          "sparse vector \"" + CollectionSpec.SPARSE + "\"",
          "one without modifier",
          other == null
              ? "none"
              : other.getModifier() == Modifier.Idf ? "one with IDF" : "one without modifier");
    }
  }

  private void checkMetadata(CollectionInfo info) {
    if (!isMarked(info)) {
      throw new CollectionMismatchException("collection " + spec.collection()
          + " must say in its metadata which model it is of: it has none, because others made it or"
          + " the server is older than 1.16; adopt it if its vectors are those of " + spec.model());
    }
    Map<String, Value> found =
        info.getConfig().getMetadataOrThrow(METADATA).getStructValue().getFieldsMap();
    metadata()
        .forEach((name, wanted) -> checkSame(
            name,
            describe(wanted),
            describe(found.getOrDefault(name, Value.getDefaultInstance()))));
  }

  private void checkSame(String what, String wanted, String found) {
    if (!wanted.equals(found)) {
      throw new CollectionMismatchException(
          "collection " + spec.collection() + " must have as " + what + " " + wanted + ": it has "
              + found + "; choose another collection, or what it was made with");
    }
  }

  private static String describe(VectorParams params) {
    if (params.getSize() == 0) {
      return "none";
    }
    return params.getSize() + " components by " + params.getDistance()
        + (params.hasMultivectorConfig()
            ? ", many by " + params.getMultivectorConfig().getComparator()
            : "");
  }

  private static String describe(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INTEGER_VALUE -> String.valueOf(value.getIntegerValue());
      default -> "nothing";
    };
  }
}

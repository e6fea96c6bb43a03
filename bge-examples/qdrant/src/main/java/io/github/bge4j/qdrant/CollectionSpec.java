package io.github.bge4j.qdrant;

import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseTokenMapper;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a collection of Qdrant holds: which vectors, of which model, in which sparse mapping, and
 * how they are kept. Ingest and search of one collection have the same.
 *
 * <pre>{@code
 * CollectionSpec spec = CollectionSpec.builder("books", "bge-m3")
 *     .outputs(Output.DENSE, Output.SPARSE, Output.MULTI_VECTOR)
 *     .build();
 * }</pre>
 *
 * <p>A collection is created with the vectors that are named: {@value #DENSE}, compared as the
 * model says, for BGE by cosine; {@value #SPARSE}, without Qdrant's IDF, as the model's weights are
 * final; {@value #COLBERT}, a multi-vector compared by the maximum of dot products, without an HNSW
 * graph, as it only scores again what others found. Model, the embedder's precision and mapping go
 * into the collection's metadata, which servers have from version 1.16 on, and are compared before
 * anything is written or searched.
 *
 * <p>Immutable and thread-safe.
 */
public final class CollectionSpec {

  /** Name of the dense vector. */
  public static final String DENSE = "dense";

  /** Name of the sparse vector. */
  public static final String SPARSE = "sparse";

  /** Name of the multi-vector. */
  public static final String COLBERT = "colbert";

  /** How dense and multi-vectors are kept in memory for the search, beside the originals. */
  public enum Quantization {
    /** As they are. */
    NONE,
    /** In 8 bits a component: a quarter of the memory, for any dimension. */
    INT8,
    /** In one bit a component: for vectors of 1,024 components and more. */
    BINARY
  }

  private final String collection;
  private final String model;
  private final Set<Output> outputs;
  private final SparseTokenMapper mapper;
  private final boolean onDisk;
  private final Quantization quantization;

  private CollectionSpec(Builder builder) {
    this.collection = builder.collection;
    this.model = builder.model;
    this.outputs = Set.copyOf(builder.outputs);
    this.mapper = builder.mapper;
    this.onDisk = builder.onDisk;
    this.quantization = builder.quantization;
  }

  /**
   * Returns a builder.
   *
   * @param collection name of the collection
   * @param model what the collection's metadata call the model: the same for every ingest and every
   *     search, whatever folder the model lies in, as {@link #modelName} has it
   * @return a new builder
   * @throws InvalidOptionException if one of them is blank
   */
  public static Builder builder(String collection, String model) {
    return new Builder(collection, model);
  }

  /**
   * Returns what a model is called: the last part of its id or of its folder, so that it has one
   * name wherever it comes from. Of a folder in a cache of the hub,
   * {@code models--OWNER--NAME/snapshots/COMMIT}, that is the model's, too.
   *
   * @param model an id such as {@code BAAI/bge-m3}, or a folder
   * @return not blank
   * @throws InvalidOptionException if it does not end in a name, as {@code ..} does not
   */
  public static String modelName(String model) {
    Path path = Path.of(model);
    int last = path.getNameCount() - 1;
    String repository = last < 2 ? "" : path.getName(last - 2).toString();
    String name = last < 0 ? "" : path.getName(last).toString();
    if (repository.startsWith("models--") && path.getName(last - 1).endsWith("snapshots")) {
      name = repository.replaceFirst("models--(.*--)?", "");
    }
    if (name.isBlank() || name.equals(".") || name.equals("..")) {
      throw new InvalidOptionException(
          "a model must have a name, the last part of its id or folder: \"" + model
              + "\" does not end in one; say what the model is called");
    }
    return name;
  }

  /**
   * Returns the name of the collection.
   *
   * @return not blank
   */
  public String collection() {
    return collection;
  }

  /**
   * Returns what the model is called.
   *
   * @return not blank
   */
  public String model() {
    return model;
  }

  /**
   * Returns which vectors a point has.
   *
   * @return at least one; unmodifiable
   */
  public Set<Output> outputs() {
    return outputs;
  }

  /**
   * Returns the mapping of the sparse vectors.
   *
   * @return used only if there are sparse vectors
   */
  public SparseTokenMapper mapper() {
    return mapper;
  }

  /**
   * Returns whether vectors and payload lie on disk.
   *
   * @return false for memory
   */
  public boolean onDisk() {
    return onDisk;
  }

  /**
   * Returns how vectors are kept in memory.
   *
   * @return the method
   */
  public Quantization quantization() {
    return quantization;
  }

  boolean has(Output output) {
    return outputs.contains(output);
  }

  Output[] outputArray() {
    return outputs.toArray(Output[]::new);
  }

  /** Settings of a {@link CollectionSpec}. Not thread-safe. */
  public static final class Builder {

    private final String collection;
    private final String model;
    private Set<Output> outputs = EnumSet.of(Output.DENSE);
    private SparseTokenMapper mapper = SparseTokenMapper.tokenizer();
    private boolean onDisk;
    private Quantization quantization = Quantization.NONE;

    private Builder(String collection, String model) {
      if (collection.isBlank() || model.isBlank()) {
        throw new InvalidOptionException("a collection and its model must have names: \""
            + collection + "\", \"" + model + "\"; one is blank");
      }
      this.collection = collection;
      this.model = model;
    }

    /**
     * Sets which vectors a point has. Default: {@link Output#DENSE}.
     *
     * @param outputs what the model gives; {@link Output#MULTI_VECTOR} only beside another, which
     *     finds what it scores
     * @return this
     * @throws InvalidOptionException if there is none, or only the multi-vector
     */
    public Builder outputs(Output... outputs) {
      Set<Output> all = EnumSet.noneOf(Output.class);
      all.addAll(Set.of(outputs));
      if (all.isEmpty() || all.equals(EnumSet.of(Output.MULTI_VECTOR))) {
        throw new InvalidOptionException(
            "a collection must have dense or sparse vectors: " + all + "; add one of them");
      }
      this.outputs = all;
      return this;
    }

    /**
     * Sets the mapping of the sparse vectors. Default: {@link SparseTokenMapper#tokenizer()}.
     *
     * @param mapper its name and index space are kept with the collection
     * @return this
     */
    public Builder mapper(SparseTokenMapper mapper) {
      this.mapper = mapper;
      return this;
    }

    /**
     * Sets whether vectors, the sparse index and the payload lie on disk. Default: false. Counts
     * only when the collection is created.
     *
     * @param onDisk true to spare memory
     * @return this
     */
    public Builder onDisk(boolean onDisk) {
      this.onDisk = onDisk;
      return this;
    }

    /**
     * Sets how vectors are kept in memory for the search. Default: {@link Quantization#NONE}.
     * Counts only when the collection is created.
     *
     * @param quantization the method
     * @return this
     */
    public Builder quantization(Quantization quantization) {
      this.quantization = quantization;
      return this;
    }

    /**
     * Makes the specification.
     *
     * @return with the settings of now
     */
    public CollectionSpec build() {
      return new CollectionSpec(this);
    }
  }
}

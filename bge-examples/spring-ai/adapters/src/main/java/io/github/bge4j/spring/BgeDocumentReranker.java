package io.github.bge4j.spring;

import io.github.bge4j.BgeReranker;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.RankedDocument;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.postretrieval.document.DocumentPostProcessor;

/**
 * A {@link BgeReranker} as a step after retrieval: reads the query with each document, and keeps
 * the best, best first.
 *
 * <pre>{@code
 * RetrievalAugmentationAdvisor.builder()
 *     .documentRetriever(retriever)
 *     .documentPostProcessors(BgeDocumentReranker.builder(reranker).topN(5).build())
 * }</pre>
 *
 * <p>Documents that it returns are copies, which have the reranker's score as their
 * {@linkplain Document#getScore() score}, and metadata under {@link #SCORE}, {@link #RANK} and
 * {@link #TRUNCATED}. Scores are the model's logits, or from 0 to 1 if the reranker
 * {@linkplain io.github.bge4j.BgeRerankerBuilder#normalize normalizes}. Of documents with equal
 * scores the earlier comes first. No documents give none, without a run of the model; any number is
 * one call of the reranker. What goes wrong is a {@link io.github.bge4j.BgeException}.
 *
 * <p>Does not own the reranker.
 */
public final class BgeDocumentReranker implements DocumentPostProcessor {

  /** Metadata key of the reranker's score, a {@link Double}; higher is better. */
  public static final String SCORE = "bge.rerank.score";

  /** Metadata key of the place among all documents, an {@link Integer} from 1. */
  public static final String RANK = "bge.rerank.rank";

  /** Metadata key of whether query or document were cut, a {@link Boolean}. */
  public static final String TRUNCATED = "bge.rerank.truncated";

  /** Name of the observation of a call. */
  public static final String OBSERVATION = "bge.rerank";

  private final BgeReranker reranker;
  private final ModelLabels labels;
  private final int topN;
  private final double minScore;
  private final MetadataMode metadataMode;
  private final ObservationRegistry observations;

  private BgeDocumentReranker(Builder builder) {
    reranker = builder.reranker;
    labels = new ModelLabels(builder.modelName, reranker.device(), reranker.precision());
    topN = builder.topN;
    minScore = builder.minScore;
    metadataMode = builder.metadataMode;
    observations = builder.observations;
  }

  /**
   * Returns a builder; all else has a default.
   *
   * @param reranker is not closed by the post-processor
   * @return a new builder
   */
  public static Builder builder(BgeReranker reranker) {
    return new Builder(reranker);
  }

  /**
   * Orders documents by their relevance to a query.
   *
   * @param query its text is compared, and nothing else of it
   * @param documents have text; are not changed
   * @return the best documents, best first
   * @throws InvalidOptionException if a document has no text
   */
  @Override
  public List<Document> process(Query query, List<Document> documents) {
    if (documents.isEmpty()) {
      return List.of();
    }
    if (observations.isNoop()) {
      return kept(rank(query, documents));
    }
    Observation observation = Observation.createNotStarted(OBSERVATION, observations)
        .contextualName(OBSERVATION + " " + labels.name())
        .lowCardinalityKeyValue("bge.model", labels.name())
        .lowCardinalityKeyValues(labels.keyValues())
        .highCardinalityKeyValue("bge.documents", String.valueOf(documents.size()));
    return Objects.requireNonNull(observation.observe(() -> {
      List<RankedDocument<Document>> ranked = rank(query, documents);
      observation.highCardinalityKeyValue(
          "bge.tokens",
          String.valueOf(ranked.stream().mapToInt(RankedDocument::tokenCount).sum()));
      observation.highCardinalityKeyValue(
          "bge.truncated",
          String.valueOf(ranked.stream().filter(RankedDocument::truncated).count()));
      return kept(ranked);
    }));
  }

  private List<RankedDocument<Document>> rank(Query query, List<Document> documents) {
    return reranker.rerank(
        query.text(),
        documents,
        document -> DocumentText.of(document, metadataMode),
        Integer.MAX_VALUE);
  }

  private List<Document> kept(List<RankedDocument<Document>> ranked) {
    List<Document> kept = new ArrayList<>();
    for (RankedDocument<Document> hit : ranked) {
      if (kept.size() == topN || hit.score() < minScore) {
        break;
      }
      kept.add(withScore(hit, kept.size() + 1));
    }
    return kept;
  }

  private static Document withScore(RankedDocument<Document> hit, int rank) {
    Document document = hit.document();
    // A copy: the document's own builder would write into the metadata of the document.
    Map<String, Object> metadata = new HashMap<>(document.getMetadata());
    metadata.put(SCORE, hit.score());
    metadata.put(RANK, rank);
    metadata.put(TRUNCATED, hit.truncated());
    Document scored = document.mutate().metadata(metadata).score(hit.score()).build();
    scored.setContentFormatter(document.getContentFormatter());
    return scored;
  }

  /** Settings of a {@link BgeDocumentReranker}. Not thread-safe. */
  public static final class Builder {

    private final BgeReranker reranker;
    private String modelName = "bge-reranker";
    private int topN = Integer.MAX_VALUE;
    private double minScore = Double.NEGATIVE_INFINITY;
    private MetadataMode metadataMode = MetadataMode.NONE;
    private ObservationRegistry observations = ObservationRegistry.NOOP;

    private Builder(BgeReranker reranker) {
      this.reranker = reranker;
    }

    /**
     * Sets how many documents are kept at most. Default: all.
     *
     * @param documents at least 1
     * @return this
     * @throws InvalidOptionException if it is below 1
     */
    public Builder topN(int documents) {
      if (documents < 1) {
        throw new InvalidOptionException(
            "top n must be at least 1: " + documents + "; leave it unset to keep all");
      }
      topN = documents;
      return this;
    }

    /**
     * Sets the least score that is kept. Default: any.
     *
     * @param score a logit, or from 0 to 1 if the reranker normalizes
     * @return this
     * @throws InvalidOptionException if it is not a number
     */
    public Builder minScore(double score) {
      if (Double.isNaN(score)) {
        throw new InvalidOptionException("min score must be a number: NaN; leave it unset for any");
      }
      minScore = score;
      return this;
    }

    /**
     * Sets which of a document's metadata is read with its text. Default:
     * {@link MetadataMode#NONE}, the text alone.
     *
     * @param mode as the document's content formatter takes it
     * @return this
     */
    public Builder metadataMode(MetadataMode mode) {
      metadataMode = mode;
      return this;
    }

    /**
     * Sets what observations call the model. Default: {@code bge-reranker}.
     *
     * @param name not blank, for example {@code BAAI/bge-reranker-v2-m3}
     * @return this
     */
    public Builder modelName(String name) {
      modelName = name;
      return this;
    }

    /**
     * Sets who observes calls: {@value #OBSERVATION} with model, device, precision and numbers of
     * documents and tokens; texts are never among the values. Default: nobody.
     *
     * @param registry where handlers are registered
     * @return this
     */
    public Builder observationRegistry(ObservationRegistry registry) {
      observations = registry;
      return this;
    }

    /**
     * Makes the post-processor.
     *
     * @return one that uses the reranker
     * @throws IllegalArgumentException if the name is blank
     */
    public BgeDocumentReranker build() {
      return new BgeDocumentReranker(this);
    }
  }
}

package io.github.bge4j.spring;

import io.micrometer.common.KeyValues;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.observation.DefaultEmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationContext;

/** The framework's names and keys, and what it has none for; never a text. */
final class BgeEmbeddingObservationConvention extends DefaultEmbeddingModelObservationConvention {

  private final KeyValues model;

  BgeEmbeddingObservationConvention(ModelLabels labels) {
    model = labels.keyValues().and("bge.outputs", "dense");
  }

  @Override
  public KeyValues getLowCardinalityKeyValues(EmbeddingModelObservationContext context) {
    return super.getLowCardinalityKeyValues(context).and(model);
  }

  @Override
  public KeyValues getHighCardinalityKeyValues(EmbeddingModelObservationContext context) {
    KeyValues values = super.getHighCardinalityKeyValues(context)
        .and("bge.texts", String.valueOf(context.getRequest().getInstructions().size()));
    EmbeddingResponse response = context.getResponse();
    if (response == null) {
      return values;
    }
    Object truncated = response.getMetadata().get(BgeEmbeddingModel.TRUNCATED);
    return values.and("bge.truncated", String.valueOf(truncated));
  }
}

package io.github.bge4j.spring.boot;

import io.github.bge4j.BgeException;
import io.github.bge4j.DeviceException;
import io.github.bge4j.HubException;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.ModelException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in the library's own words why a model of the application cannot be opened. */
final class BgeFailureAnalyzer extends AbstractFailureAnalyzer<BgeException> {

  @Override
  protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BgeException cause) {
    String prefix = prefix(rootFailure);
    return prefix == null
        ? null
        : new FailureAnalysis(description(prefix, cause), action(prefix, cause), cause);
  }

  /** Returns which of our beans failed, innermost first; null for what the application did. */
  private static @Nullable String prefix(Throwable failure) {
    String prefix = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BeanCreationException creation) {
        String bean = String.valueOf(creation.getBeanName());
        prefix = switch (bean) {
          case "bgeEmbedder", "bgeEmbeddingModel" -> EmbeddingProperties.PREFIX;
          case "bgeReranker", "bgeDocumentReranker" -> RerankerProperties.PREFIX;
          case "bgeBatchExecutor" -> ExecutorProperties.PREFIX;
          case "bgeModelDevices" -> "bge";
          default -> prefix;
        };
      }
    }
    return prefix;
  }

  private static String description(String prefix, BgeException cause) {
    String message = String.valueOf(cause.getMessage());
    if (message.startsWith("bge.")) {
      return "A property cannot be used: " + message;
    }
    return "The model of the properties " + prefix + ".* "
        + (cause instanceof InvalidOptionException
            ? "cannot be given an option: "
            : "cannot be opened: ")
        + message;
  }

  private static String action(String prefix, BgeException cause) {
    if (cause instanceof HubException) {
      return "Check " + prefix + ".model and the network; without a network the model must be in"
          + " the cache, bge.hub.cache, or " + prefix + ".model must name a folder.";
    } else if (cause instanceof ModelException) {
      return "Let " + prefix + ".model name a whole folder of a BGE model, or its id on the hub.";
    } else if (cause instanceof DeviceException) {
      return "Set " + prefix + ".device=cpu, or mend what the message names.";
    } else if (cause instanceof InvalidOptionException) {
      return "Correct the property that the message names.";
    }
    return "Mend what the message names.";
  }
}

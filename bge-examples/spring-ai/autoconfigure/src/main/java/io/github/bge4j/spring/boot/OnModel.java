package io.github.bge4j.spring.boot;

import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/** Which models the application names; an empty property names none. */
abstract class OnModel extends SpringBootCondition {

  private static final String CHOICE = "spring.ai.model.embedding";
  private static final String OURS = "bge";

  abstract boolean matches(Environment properties);

  @Override
  public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata on) {
    boolean match = matches(context.getEnvironment());
    String which =
        EmbeddingProperties.PREFIX + ".model, " + RerankerProperties.PREFIX + ".model, " + CHOICE;
    return new ConditionOutcome(match, (match ? "asked for" : "not asked for") + " by " + which);
  }

  private static boolean named(Environment properties, String prefix) {
    return StringUtils.hasText(properties.getProperty(prefix + ".model"));
  }

  /** An embedding model is named, or ours is asked for and has yet to be named. */
  static final class Embedding extends OnModel {

    @Override
    boolean matches(Environment properties) {
      return named(properties, EmbeddingProperties.PREFIX)
          || OURS.equalsIgnoreCase(properties.getProperty(CHOICE));
    }
  }

  /** A reranker is named. */
  static final class Reranker extends OnModel {

    @Override
    boolean matches(Environment properties) {
      return named(properties, RerankerProperties.PREFIX);
    }
  }

  /** There is a model to run. */
  static final class Any extends OnModel {

    @Override
    boolean matches(Environment properties) {
      return new Embedding().matches(properties) || new Reranker().matches(properties);
    }
  }

  /** Spring AI's embedding model is to be ours, or nobody said whose. */
  static final class NoOther extends OnModel {

    @Override
    boolean matches(Environment properties) {
      String choice = properties.getProperty(CHOICE);
      return !StringUtils.hasText(choice) || OURS.equalsIgnoreCase(choice);
    }
  }
}

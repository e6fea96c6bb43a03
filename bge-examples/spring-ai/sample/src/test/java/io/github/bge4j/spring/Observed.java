package io.github.bge4j.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Remembers the observations that have ended. */
final class Observed implements ObservationHandler<Observation.Context> {

  final ObservationRegistry registry = ObservationRegistry.create();
  final List<Observation.Context> ended = new CopyOnWriteArrayList<>();

  Observed() {
    registry.observationConfig().observationHandler(this);
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return true;
  }

  @Override
  public void onStop(Observation.Context context) {
    ended.add(context);
  }

  /** Returns all keys and values of the only observation. */
  Map<String, String> onlyKeyValues() {
    assertThat(ended).hasSize(1);
    return keyValues(ended.get(0));
  }

  static Map<String, String> keyValues(Observation.Context context) {
    return context.getAllKeyValues().stream()
        .collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
  }
}

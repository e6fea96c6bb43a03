package io.github.bge4j.spring;

import io.github.bge4j.DeviceChoice;
import io.github.bge4j.Precision;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What observations say of a model.
 *
 * @param name as its owner calls it
 * @param device where it runs
 * @param precision in what its linear layers compute
 */
record ModelLabels(String name, DeviceChoice device, Precision precision) {

  ModelLabels {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          "model name must not be blank; leave it unset for the default");
    }
  }

  /** Returns few values, and the same for every call. */
  KeyValues keyValues() {
    String where = device.devices().stream().map(Object::toString).collect(Collectors.joining(","));
    return KeyValues.of(
        KeyValue.of("bge.device", where),
        KeyValue.of("bge.precision", precision.name().toLowerCase(Locale.ROOT)));
  }
}

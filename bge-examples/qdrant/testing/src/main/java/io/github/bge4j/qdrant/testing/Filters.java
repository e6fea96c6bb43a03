package io.github.bge4j.qdrant.testing;

import io.grpc.Status;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import java.util.List;
import java.util.Map;

/** What filters say of payloads, as far as tests need it; anything else is refused. */
final class Filters {

  private Filters() {}

  static boolean matches(Filter filter, PointStruct point) {
    return filter.getMustList().stream().allMatch(condition -> holds(condition, point))
        && filter.getMustNotList().stream().noneMatch(condition -> holds(condition, point))
        && (filter.getShouldCount() == 0
            || filter.getShouldList().stream().anyMatch(condition -> holds(condition, point)));
  }

  private static boolean holds(Condition condition, PointStruct point) {
    return switch (condition.getConditionOneOfCase()) {
      case FIELD -> holds(condition.getField(), point);
      case FILTER -> matches(condition.getFilter(), point);
      case HAS_ID -> condition.getHasId().getHasIdList().contains(point.getId());
      default -> throw unknown(condition.getConditionOneOfCase().name());
    };
  }

  private static boolean holds(FieldCondition condition, PointStruct point) {
    List<Value> values = values(condition.getKey(), point.getPayloadMap());
    if (condition.hasMatch()) {
      return values.stream().anyMatch(value -> equal(condition.getMatch(), value));
    }
    if (condition.hasRange()) {
      return values.stream().anyMatch(value -> within(condition.getRange(), value));
    }
    throw unknown("field condition");
  }

  private static List<Value> values(String path, Map<String, Value> fields) {
    int dot = path.indexOf('.');
    Value value =
        fields.getOrDefault(dot < 0 ? path : path.substring(0, dot), Value.getDefaultInstance());
    if (dot >= 0) {
      return values(path.substring(dot + 1), value.getStructValue().getFieldsMap());
    }
    return value.hasListValue() ? value.getListValue().getValuesList() : List.of(value);
  }

  private static boolean equal(Match match, Value value) {
    return switch (match.getMatchValueCase()) {
      case KEYWORD -> value.hasStringValue() && value.getStringValue().equals(match.getKeyword());
      case KEYWORDS ->
        value.hasStringValue()
            && match.getKeywords().getStringsList().contains(value.getStringValue());
      case INTEGER -> value.hasIntegerValue() && value.getIntegerValue() == match.getInteger();
      case BOOLEAN -> value.hasBoolValue() && value.getBoolValue() == match.getBoolean();
      default -> throw unknown(match.getMatchValueCase().name());
    };
  }

  private static boolean within(Range range, Value value) {
    if (!value.hasIntegerValue() && !value.hasDoubleValue()) {
      return false;
    }
    double number = value.hasIntegerValue() ? value.getIntegerValue() : value.getDoubleValue();
    return (!range.hasLt() || number < range.getLt())
        && (!range.hasGt() || number > range.getGt())
        && (!range.hasLte() || number <= range.getLte())
        && (!range.hasGte() || number >= range.getGte());
  }

  private static RuntimeException unknown(String what) {
    return Status.UNIMPLEMENTED
        .withDescription("the stand-in knows no " + what)
        .asRuntimeException();
  }
}

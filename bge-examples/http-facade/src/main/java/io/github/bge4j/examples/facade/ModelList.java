package io.github.bge4j.examples.facade;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The models of the service in OpenAI's shape, by the names that answers have.
 *
 * @param names without duplicates
 * @param since when the service started
 * @param owner who is said to own them
 */
record ModelList(List<String> names, Instant since, String owner) implements Answer {

  static ModelList of(FacadeSettings settings, Instant since) {
    List<String> names = Stream.of(
            settings.modelAlias(), settings.embeddingModel(), settings.rerankerModel())
        .distinct()
        .toList();
    return new ModelList(names, since, settings.serviceName());
  }

  @Override
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "list");
    json.writeArrayFieldStart("data");
    for (String name : names) {
      write(json, name);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void write(JsonGenerator json, String name) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", name);
    json.writeStringField("object", "model");
    json.writeNumberField("created", since.getEpochSecond());
    json.writeStringField("owned_by", owner);
    json.writeEndObject();
  }

  /**
   * Returns one model.
   *
   * @param asked the end of a path, where slashes may be written {@code %2F}, and are single
   * @throws ApiException if there is none of that name
   */
  Answer model(String asked) {
    String path = plain(asked);
    return names.stream()
        .filter(name -> plain(name).equals(path))
        .findFirst()
        .<Answer>map(name -> json -> write(json, name))
        .orElseThrow(() -> new ApiException(
            404, "model_not_found", "model", "the model must be one of /v1/models; name one"));
  }

  /** A folder's name begins with a slash, which a path does not keep beside its own. */
  private static String plain(String name) {
    return name.replaceAll("(?i)%2F", "/").replaceAll("/+", "/").replaceFirst("^/", "");
  }
}

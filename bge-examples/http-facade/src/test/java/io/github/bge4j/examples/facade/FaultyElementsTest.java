package io.github.bge4j.examples.facade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A list is refused with all that is wrong in it, element by element. */
final class FaultyElementsTest extends SharedFacade {

  FaultyElementsTest() {
    super(Map.of("MAX_BATCH_SIZE", "500"));
  }

  private JsonNode refused(String path, String body, int status) throws Exception {
    HttpResponse<String> response = facade.post(path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return new JsonMapper().readTree(response.body());
  }

  /** Returns the places of all entries, without their common {@code body}. */
  private static List<String> places(JsonNode answer) {
    List<String> places = new ArrayList<>();
    for (JsonNode entry : answer.path("detail")) {
      assertThat(entry.at("/loc/0").textValue()).isEqualTo("body");
      StringBuilder place = new StringBuilder(entry.at("/loc/1").textValue());
      for (int i = 2; i < entry.path("loc").size(); i++) {
        assertThat(entry.path("loc").get(i).isInt()).isTrue();
        place.append('[').append(entry.path("loc").get(i).intValue()).append(']');
      }
      assertThat(entry.path("msg").textValue()).startsWith(place + " must ");
      places.add(place.toString());
    }
    return places;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "numbers in texts    | 422 | string_type       | input[1] input[3]         | {\"input\":[\"a\",1,\"b\",null]}",
        "texts among ids     | 422 | list_type         | input[1] input[2]         | {\"input\":[[0,2],\"a\",{}]}",
        "no ids              | 422 | int_type          | input[0][1] input[1][2]   | {\"input\":[[0,1.5,2],[0,5,\"2\"]]}",
        "a list of no ids    | 422 | int_type          | input[1] input[2]         | {\"input\":[0,null,9999999999]}",
        "blank texts         | 400 | empty_text        | input[0] input[2]         | {\"input\":[\"\",\"a\",\" \"]}",
        "half characters     | 400 | lone_surrogate    | input[1] input[2]         | {\"input\":[\"a\",\"b\\ud83d\",\"\\ude00c\"]}",
        "empty lists         | 400 | empty_text        | input[1]                  | {\"input\":[[0,2],[]]}",
        "foreign ids         | 400 | foreign_token_ids | input[1]                  | {\"input\":[[0,5,2],[791,5],[0]]}",
        "unknown ids         | 400 | unknown_token_id  | input[1]                  | {\"input\":[[0,5,2],[0,5002,2]]}",
      })
  void embeddings_someAreWrong_areAllNamed(
      String name, int status, String code, String places, String body) throws Exception {
    JsonNode answer = refused("/v1/embeddings", body, status);
    List<String> expected = List.of(places.split(" ", -1));
    assertThat(places(answer)).isEqualTo(expected);
    JsonNode error = answer.path("error");
    assertThat(error.path("param").textValue()).isEqualTo(expected.get(0));
    assertThat(error.path("code").textValue()).isEqualTo(code);
    assertThat(error.path("message").textValue())
        .startsWith(expected.get(0) + " must ")
        .endsWith(expected.size() > 1 ? " (and 1 more in detail)" : "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "422 | documents[0] documents[2] | {\"query\":\"a\",\"documents\":[1,\"b\",{\"id\":\"c\"}]}",
        "400 | documents[3]              | {\"query\":\"a\",\"documents\":[\"b\",\"c\",\"d\",{\"text\":\"\\ud800\"}]}",
        "400 | query                     | {\"query\":\"\\ud800\",\"documents\":[\"b\"]}",
        "400 | query                     | {\"query\":\" \",\"documents\":[\"\"]}",
      })
  void rerank_someAreWrong_areAllNamed(int status, String places, String body) throws Exception {
    assertThat(places(refused("/v1/rerank", body, status)))
        .isEqualTo(List.of(places.split(" ", -1)));
  }

  /** A pair of surrogates is one character, at the end of a text too. */
  @Test
  void embeddings_charactersBeyondTheFirstPlane_areServed() throws Exception {
    assertThat(facade
            .post("/v1/embeddings", "{\"input\":[\"\\ud83d\\ude00\",\"a😀b\"]}")
            .statusCode())
        .isEqualTo(200);
  }

  @Test
  void embeddings_manyAreWrong_namesTheFirstHundred() throws Exception {
    String body = "{\"input\":[" + "\"\",".repeat(499) + "\"\"]}";
    JsonNode answer = refused("/v1/embeddings", body, 400);
    assertThat(answer.path("detail")).hasSize(100);
  }
}

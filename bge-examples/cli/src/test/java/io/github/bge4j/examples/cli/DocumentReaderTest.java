package io.github.bge4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.lucene.IndexedDocument;
import io.github.bge4j.qdrant.SourceDocument;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rule by which all commands read documents. */
final class DocumentReaderTest {

  @TempDir
  private Path directory = Path.of("");

  /** Returns the documents of lines with single quotes for double ones. */
  static List<Document> read(String... lines) {
    List<Document> documents = new ArrayList<>();
    new JsonDocuments(new LineReader(input(lines)), false).forEachRemaining(documents::add);
    return documents;
  }

  private static Input input(String... lines) {
    byte[] bytes = String.join("\n", lines).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return new Input("d.jsonl", new ByteArrayInputStream(bytes), bytes.length);
  }

  @Test
  void read_eitherNameOfTheId_isTheId() {
    assertThat(read(
            "{'_id':'a','text':''}",
            "",
            "{'id':'b','text':''}",
            "{'_id':7,'id':'c','text':''}",
            "{'_id':null,'id':8,'text':''}"))
        .containsExactly(
            new Document(1, "a", "", ""),
            new Document(3, "b", "", ""),
            new Document(4, "7", "", ""),
            new Document(5, "8", "", ""));
  }

  @Test
  void read_noId_isTheSameOnAnyLineAndOfNoOtherDocument() {
    List<String> ids = read(
            "{'text':'a b'}",
            "{'title':'a','text':'b'}",
            "{'title':'ab','text':''}",
            "{'_id':'x','text':'a b'}",
            "{'text':'a b','title':null,'metadata':null,'id':null}")
        .stream()
        .map(Document::id)
        .toList();
    assertThat(ids).hasSize(4).doesNotHaveDuplicates().contains("x");
    assertThat(ids.get(0)).matches("[0-9a-f]{32}");
    assertThat(read("", "{'text':'a b'}").get(0).id()).isEqualTo(ids.get(0));
  }

  @Test
  void read_sameTitleAndText_isOneDocumentUnlessMetadataDiffer() {
    String one = "{'text':'a','metadata':{'k':1}}";
    assertThat(read(one, one)).hasSize(1);
    assertThatThrownBy(() -> read(one, "{'text':'a','metadata':{'k':2}}"))
        .isInstanceOf(UsageException.class)
        .hasMessage("d.jsonl line 2: documents of the same title and text, but not metadata, must"
            + " have an \"_id\" each: this and an earlier one do not; correct the line");
  }

  @Test
  void read_sameMetadataInAnotherOrder_isOneDocument() {
    assertThat(read(
            "{'text':'a','metadata':{'k':1,'o':[{'x':1,'y':{'p':1,'q':2}}]}}",
            "{'text':'a','metadata':{'o':[{'y':{'q':2,'p':1},'x':1}],'k':1}}"))
        .hasSize(1);
    assertThatThrownBy(() ->
            read("{'text':'a','metadata':{'k':[1,2]}}", "{'text':'a','metadata':{'k':[2,1]}}"))
        .hasMessageContaining("d.jsonl line 2: documents of the same title and text, but not");
  }

  /** An index knows words only; a collection tells numbers from them. */
  @Test
  void forms_metadata_areWhatTheStoreTakes() {
    Document document =
        read("{'_id':'a','title':'T','text':'x','metadata':{'y':1,'z':[1.5,'s',null],'o':{'k':true}}}")
            .get(0);
    assertThat(document.indexed())
        .isEqualTo(new IndexedDocument(
            "a",
            "T",
            "x",
            Map.of("y", List.of("1"), "z", List.of("1.5", "s"), "o", List.of("{\"k\":true}"))));
    assertThat(document.source())
        .isEqualTo(new SourceDocument(
            "a",
            "T",
            "x",
            Map.of("y", 1, "z", Arrays.asList(1.5, "s", null), "o", Map.of("k", true))));
    assertThat(document.passage().value()).isEqualTo(document.indexed().passage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'_id':1.5,'text':'y'} | \"_id\" must be a string or a whole number: found a fraction;"
            + " correct the line",
        "{'id':{},'text':'y'} | \"id\" must be a string or a whole number: found an object; correct"
            + " the line",
        "{'id':' ','text':'y'} | \"id\" must not be blank: it is; correct the line",
        "{'title':[],'text':'y'} | \"title\" must be a string: found an array; correct the line",
        "{'title':'\\udc00','text':'y'} | the title must be well-formed UTF-16: lone surrogate U+DC00"
            + " at char 0; replace it with U+FFFD",
        "{'text':'a\\ud83d\\ude00\\ud800b'} | the text must be well-formed UTF-16: lone surrogate"
            + " U+D800 at char 3; replace it with U+FFFD",
        "{'_id':'x','text':'y'} | \"_id\" must be unique: an earlier line has it; rename one",
      })
  void read_wrongLine_isNamed(String line, String message) {
    assertThatThrownBy(() -> read("{'_id':'x','text':''}", line.replace("\\\\", "\\")))
        .isInstanceOf(UsageException.class)
        .hasMessage("d.jsonl line 2: " + message);
  }

  @Test
  void openCorpus_noId_isRefused() throws IOException {
    Path file = directory.resolve("corpus.jsonl");
    Files.writeString(file, "{\"id\":\"a\",\"text\":\"\"}\n{\"text\":\"\"}");
    try (DocumentReader reader = DocumentReader.openCorpus(file)) {
      assertThat(reader.count()).isEqualTo(2);
      assertThat(reader.next().id()).isEqualTo("a");
      assertThatThrownBy(reader::next)
          .hasMessage(
              file + " line 2: each document of a data set must have an \"_id\": it has none;"
                  + " correct the line");
    }
  }

  @Test
  void open_folder_readsTextsInTheOrderOfTheirNames() throws IOException {
    Files.createDirectories(directory.resolve("more"));
    Files.writeString(directory.resolve("more").resolve("b.MD"), "two");
    Files.writeString(directory.resolve("a.b.txt"), "one");
    Files.writeString(directory.resolve("c.html"), "not a text");
    Files.write(directory.resolve("z.txt"), new byte[] {(byte) 0xff});
    try (DocumentReader reader = DocumentReader.open(directory, Stdio.ofProcess())) {
      assertThat(reader.count()).isEqualTo(3);
      assertThat(reader.next()).isEqualTo(new Document(0, "a.b.txt", "a.b", "one"));
      assertThat(reader.next()).isEqualTo(new Document(0, "more/b.MD", "b", "two"));
      assertThatThrownBy(reader::next)
          .hasMessage(directory.resolve("z.txt") + " must be UTF-8: it is not; convert it");
    }
  }

  @Test
  void as_whatTheStoreRefuses_namesItsLine() throws IOException {
    Path file = directory.resolve("d.jsonl");
    Files.writeString(file, "\n{\"_id\":\"" + "x".repeat(40_000) + "\",\"text\":\"\"}");
    try (DocumentReader reader = DocumentReader.openCorpus(file)) {
      var indexed = reader.as(Document::indexed);
      assertThatThrownBy(indexed::next)
          .isInstanceOf(UsageException.class)
          .hasMessage(file
              + " line 2: the id must have at most 32766 bytes of UTF-8: 40000; shorten" + " it");
    }
  }
}

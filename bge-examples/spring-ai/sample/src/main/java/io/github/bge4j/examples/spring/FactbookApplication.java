package io.github.bge4j.examples.spring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.rag.retrieval.search.DocumentRetriever;
import org.springframework.ai.rag.retrieval.search.VectorStoreDocumentRetriever;
import org.springframework.ai.vectorstore.SimpleVectorStore;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.json.JsonParser;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.Resource;

/** Embeds the factbook when it starts, and answers {@code GET /ask?q=...}. */
@SpringBootApplication(proxyBeanMethods = false)
public class FactbookApplication {

  /** As many as a reranker reads in a second or two on a few cores. */
  private static final int CANDIDATES = 20;

  /** Makes the configuration. */
  public FactbookApplication() {}

  /**
   * Starts the application.
   *
   * @param args properties, for example {@code --bge.reranker.model=BAAI/bge-reranker-v2-m3}
   */
  public static void main(String[] args) {
    SpringApplication.run(FactbookApplication.class, args);
  }

  @Bean
  VectorStore vectorStore(
      EmbeddingModel model,
      @Value("${factbook.corpus:classpath:factbook/corpus.jsonl}") Resource corpus,
      @Value("${factbook.passages:1000}") int passages)
      throws IOException {
    VectorStore store = SimpleVectorStore.builder(model).build();
    store.add(read(corpus, passages));
    return store;
  }

  @Bean
  DocumentRetriever candidates(VectorStore store) {
    return VectorStoreDocumentRetriever.builder()
        .vectorStore(store)
        .topK(CANDIDATES)
        .build();
  }

  private static List<Document> read(Resource corpus, int passages) throws IOException {
    JsonParser parser = JsonParserFactory.getJsonParser();
    try (BufferedReader lines = new BufferedReader(
        new InputStreamReader(corpus.getInputStream(), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .limit(passages)
          .map(parser::parseMap)
          .map(FactbookApplication::document)
          .toList();
    }
  }

  private static Document document(Map<String, Object> row) {
    String title = String.valueOf(row.get("title"));
    return new Document(
        String.valueOf(row.get("_id")), title + ". " + row.get("text"), Map.of("title", title));
  }
}

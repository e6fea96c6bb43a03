package io.github.bge4j.examples.spring;

import java.util.List;
import java.util.Optional;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.Query;
import org.springframework.ai.rag.postretrieval.document.DocumentPostProcessor;
import org.springframework.ai.rag.retrieval.search.DocumentRetriever;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Finds what a language model would be given as context. */
@RestController
class AskController {

  private static final int BEST = 3;

  private final DocumentRetriever retriever;
  private final Optional<DocumentPostProcessor> reranker;

  AskController(DocumentRetriever retriever, Optional<DocumentPostProcessor> reranker) {
    this.retriever = retriever;
    this.reranker = reranker;
  }

  /** Returns the best passages for a question, reranked if there is a reranker. */
  @GetMapping("/ask")
  Answer ask(@RequestParam("q") String question) {
    Query query = new Query(question);
    List<Document> found = retriever.retrieve(query);
    List<Document> ranked = reranker.map(step -> step.process(query, found)).orElse(found);
    return new Answer(question, ranked.stream().limit(BEST).map(Passage::of).toList());
  }

  /** An answer: the question and its context, best first. */
  record Answer(String question, List<Passage> context) {}

  /** A passage of the context; the score is the reranker's, or else the cosine. */
  record Passage(String id, double score, String text) {

    static Passage of(Document document) {
      Double score = document.getScore();
      return new Passage(
          document.getId(), score == null ? 0 : score, String.valueOf(document.getText()));
    }
  }
}

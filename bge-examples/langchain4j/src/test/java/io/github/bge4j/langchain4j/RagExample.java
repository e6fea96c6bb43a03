package io.github.bge4j.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.rag.DefaultRetrievalAugmentor;
import dev.langchain4j.rag.RetrievalAugmentor;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.aggregator.ReRankingContentAggregator;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.ModelSource;
import io.github.bge4j.lucene.BgeIndex;
import io.github.bge4j.lucene.SearchRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A whole application: passages of a file, a question, and the answer of a chat model that is given
 * the best passages, reranked. No network, if the models are folders or in the hub's cache.
 *
 * <p>The chat model here says its prompt, so that one sees what another would be given; put a real
 * one in its place.
 */
public final class RagExample {

  /** What the application asks. */
  public interface Assistant {

    /** Answers a question. */
    String answer(String question);
  }

  private RagExample() {}

  /**
   * Prints the answer.
   *
   * @param args embedding model and reranker (folders, or ids such as {@code BAAI/bge-m3}), a file
   *     with one passage a line, and a question
   */
  public static void main(String[] args) throws IOException {
    System.out.println(answer(args[0], args[1], Path.of(args[2]), args[3]));
  }

  static String answer(String model, String rerankerModel, Path file, String question)
      throws IOException {
    List<TextSegment> passages =
        Files.readAllLines(file).stream().map(TextSegment::from).toList();
    try (BgeEmbedder embedder =
            BgeEmbedder.builder().model(ModelSource.hub(model)).build();
        BgeReranker reranker =
            BgeReranker.builder().model(ModelSource.hub(rerankerModel)).build()) {
      return AiServices.builder(Assistant.class)
          .chatModel(new Echo())
          .retrievalAugmentor(augmentor(embedder, reranker, store(embedder, passages)))
          .build()
          .answer(question);
    }
  }

  static InMemoryEmbeddingStore<TextSegment> store(
      BgeEmbedder embedder, List<TextSegment> passages) {
    EmbeddingModel model = BgeEmbeddingModel.of(embedder);
    InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
    store.addAll(model.embedAll(passages).content(), passages);
    return store;
  }

  static RetrievalAugmentor augmentor(
      BgeEmbedder embedder, BgeReranker reranker, EmbeddingStore<TextSegment> store) {
    return DefaultRetrievalAugmentor.builder()
        .contentRetriever(EmbeddingStoreContentRetriever.builder()
            .embeddingStore(store)
            .embeddingModel(BgeEmbeddingModel.of(embedder))
            .embeddingInputType(EmbeddingInputType.QUERY)
            .maxResults(10)
            .build())
        .contentAggregator(ReRankingContentAggregator.builder()
            .scoringModel(BgeScoringModel.of(reranker))
            .maxResults(3)
            .build())
        .build();
  }

  /** Answers with its prompt. */
  private static final class Echo implements ChatModel {

    @Override
    public ChatResponse doChat(ChatRequest request) {
      UserMessage last = (UserMessage) request.messages().get(request.messages().size() - 1);
      return ChatResponse.builder().aiMessage(AiMessage.from(last.singleText())).build();
    }
  }

  /** Retrieves from a Lucene index by all outputs of the model. */
  static ContentRetriever hybrid(BgeEmbedder embedder, BgeIndex index) {
    return BgeHybridContentRetriever.builder(
            embedder,
            (query, embedding, max) -> index
                .search(SearchRequest.builder(query.text())
                    .embedding(embedding)
                    .hits(max)
                    .build())
                .stream()
                .map(hit -> Content.from(hit.document().text()))
                .toList())
        .build();
  }
}

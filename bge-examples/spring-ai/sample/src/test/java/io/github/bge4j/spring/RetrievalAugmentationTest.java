package io.github.bge4j.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeReranker;
import io.github.bge4j.ModelSource;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.document.Document;
import org.springframework.ai.rag.advisor.RetrievalAugmentationAdvisor;
import org.springframework.ai.rag.retrieval.search.VectorStoreDocumentRetriever;
import org.springframework.ai.vectorstore.SimpleVectorStore;

/** The framework's own chain: a question becomes a prompt with the reranked context. */
class RetrievalAugmentationTest {

  private static final String QUESTION = "What do pandas eat?";
  private static final List<String> TEXTS =
      List.of("Paris is in France.", "Pandas eat bamboo.", "Bamboo is a grass.", "Cats sleep.");

  /** Stands for a language model: remembers what it was asked. */
  private static final class Recorder implements ChatModel {

    private final List<String> prompts = new ArrayList<>();

    @Override
    public ChatResponse call(Prompt prompt) {
      prompts.add(prompt.getContents());
      return new ChatResponse(List.of(new Generation(new AssistantMessage("Bamboo."))));
    }
  }

  @Test
  void advisor_rerankerAfterVectorStore_putsTheBestDocumentsIntoThePrompt(@TempDir Path folder)
      throws IOException {
    Recorder languageModel = new Recorder();
    try (BgeEmbedder embedder = BgeEmbedder.builder()
            .model(ModelSource.directory(GoldenFiles.path("m3")))
            .build();
        BgeReranker reranker = BgeReranker.builder()
            .model(ModelSource.directory(GoldenFiles.writeModel("reranker-label1", folder)))
            .build()) {
      SimpleVectorStore store =
          SimpleVectorStore.builder(BgeEmbeddingModel.builder(embedder).build()).build();
      store.add(TEXTS.stream().map(Document::new).toList());
      RetrievalAugmentationAdvisor advisor = RetrievalAugmentationAdvisor.builder()
          .documentRetriever(
              VectorStoreDocumentRetriever.builder().vectorStore(store).topK(4).build())
          .documentPostProcessors(BgeDocumentReranker.builder(reranker).topN(2).build())
          .build();

      String answer = ChatClient.builder(languageModel)
          .build()
          .prompt()
          .user(QUESTION)
          .advisors(advisor)
          .call()
          .content();

      assertThat(answer).isEqualTo("Bamboo.");
      List<String> ranked =
          reranker.rerank(QUESTION, TEXTS).stream().map(hit -> hit.document()).toList();
      assertThat(languageModel.prompts).hasSize(1);
      assertThat(languageModel.prompts.get(0))
          .contains(QUESTION)
          .containsSubsequence(ranked.get(0), ranked.get(1))
          .doesNotContain(ranked.get(2))
          .doesNotContain(ranked.get(3));
    }
  }
}

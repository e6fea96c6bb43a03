package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bge4j.RandomCheckpoint.Shape;
import io.github.bge4j.RandomCheckpoint.Storage;
import io.github.bge4j.internal.text.HuggingFaceTokenizer;
import io.github.bge4j.internal.text.PairEncoder;
import io.github.bge4j.internal.text.TokenizedText;
import io.github.bge4j.internal.text.Tokenizer;
import io.github.bge4j.internal.text.TokenizerFile;
import io.github.bge4j.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiled cross-encoders beside a plain one, on shapes that no published model has. */
class RerankerShapesTest {

  private static final int BERT_WORDS = 30_522;
  private static final int M3_WORDS = 5_002;

  private static final List<TextPair> PAIRS = List.of(
      new TextPair("", ""),
      new TextPair("Zambia", ""),
      new TextPair("", "Zambia"),
      new TextPair("Zambia, Catalan", "Zambia, Catalan <pad> Tchad"),
      new TextPair("a b c d e f g h i ".repeat(30), "x"),
      new TextPair("where?", "a b c d e f g h i ".repeat(300)));

  @TempDir
  private Path folder;

  static Stream<Shape> shapes() {
    return Stream.of(
        new Shape(true, 36, 3, 2, 20, 66, 1, M3_WORDS, 0, true, Storage.F32),
        new Shape(true, 40, 8, 1, 64, 2_050, 2, M3_WORDS + 998, 0, true, Storage.F16),
        new Shape(true, 21, 1, 3, 7, 300, 1, M3_WORDS, 0, true, Storage.BF16),
        new Shape(false, 33, 11, 2, 50, 64, 2, BERT_WORDS, 0, true, Storage.F32),
        new Shape(false, 24, 2, 1, 17, 40, 3, BERT_WORDS + 6, 0, true, Storage.F16),
        new Shape(false, 16, 4, 4, 16, 512, 1, BERT_WORDS, 0, true, Storage.F32));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void scores_anyShape_matchThePlainEncoder(Shape shape) throws IOException {
    RandomCheckpoint checkpoint = new RandomCheckpoint(shape, 11);
    byte[] json = shape.xlmRoberta() ? GoldenFiles.m3Tokenizer() : BgeSmall.tokenizerJson();
    checkpoint.write(folder.resolve("model"), json);
    PlainEncoder plain = new PlainEncoder(checkpoint);
    int limit = shape.xlmRoberta() ? shape.positions() - 2 : shape.positions();
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(TokenizerFile.read(json, "tokenizer"));
        BgeReranker reranker = BgeReranker.builder()
            .model(ModelSource.directory(folder.resolve("model")))
            .cacheDirectory(folder.resolve("cache"))
            .maxTokens(limit)
            .build()) {
      PairEncoder encoder = new PairEncoder(tokenizer, limit, limit * 3 / 4);
      List<PairScore> scores = reranker.scores(PAIRS);
      for (int i = 0; i < PAIRS.size(); i++) {
        TextPair pair = PAIRS.get(i);
        TokenizedText text = encoder.encode(encoder.encodeQuery(pair.query()), pair.passage());
        boolean typed = !shape.xlmRoberta() && shape.types() > 1;
        double expected = plain.logit(text.ids(), typed ? text.firstSegment() : text.ids().length);
        assertThat(scores.get(i).score())
            .isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
        assertThat(scores.get(i).tokenCount()).isEqualTo(text.ids().length);
      }
      assertThat(scores.get(5).truncated()).isEqualTo(true);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void scores_weightsOfAnOnnxFile_areThoseOfTheFolder(boolean xlmRoberta) throws IOException {
    Shape shape = xlmRoberta
        ? new Shape(true, 24, 2, 2, 20, 66, 1, M3_WORDS, 0, true, Storage.F32)
        : new Shape(false, 24, 2, 2, 20, 64, 2, BERT_WORDS, 0, true, Storage.F32);
    RandomCheckpoint checkpoint = new RandomCheckpoint(shape, 5);
    Path model = folder.resolve("model");
    checkpoint.write(model, xlmRoberta ? GoldenFiles.m3Tokenizer() : BgeSmall.tokenizerJson());
    Path onnx = Files.write(folder.resolve("model.onnx"), checkpoint.onnx());
    ModelSource source = ModelSource.onnx(onnx, model.resolve("tokenizer.json"))
        .withConfig(model.resolve("config.json"));
    BgeRerankerBuilder builder = BgeReranker.builder().cacheDirectory(folder.resolve("cache"));
    try (BgeReranker ofFolder = builder.model(ModelSource.directory(model)).build();
        BgeReranker ofFile = builder.model(source).build()) {
      assertThat(ofFile.scores(PAIRS)).isEqualTo(ofFolder.scores(PAIRS));
    }
  }
}

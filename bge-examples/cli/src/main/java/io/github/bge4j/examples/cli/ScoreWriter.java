package io.github.bge4j.examples.cli;

import io.github.bge4j.PairScore;
import java.io.IOException;
import java.io.OutputStream;

/** Writes scores as JSON lines. Owns the stream. */
final class ScoreWriter extends JsonLineWriter<PairScore> {

  ScoreWriter(OutputStream out) throws IOException {
    super(out);
  }

  @Override
  void writeFields(PairScore score) throws IOException {
    json().writeNumberField("score", score.score());
    json().writeNumberField("tokens", score.tokenCount());
    json().writeBooleanField("truncated", score.truncated());
  }
}

package io.github.bge4j.internal.text;

import io.github.bge4j.Campaign;
import io.github.bge4j.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Opens damaged tokenizers by the thousand and uses those that open. Arguments: see
 * {@link Campaign#main}.
 */
public final class TokenizerCampaign {

  private static final List<String> TEXTS = List.of(
      "",
      " ",
      "\u0001",
      "\u0001a\u0002b",
      "Hello, world! don't \u00e9te\u0301 \u4e2d\u6587 \uac00 \ufb01 \u00bd \u337f \ufdfa",
      "<mask> <mask><mask>  [MASK]<s></s> [CLS]x",
      "\u0600\u0301\u200d\ufeff\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 \ud83c\udde9\ud83c\uddea",
      "a".repeat(3000),
      "a b\u3000".repeat(500),
      "e\u0301".repeat(700),
      "e" + "\u0301".repeat(1500),
      "\u0e01\u0e33\r\n\t\u2028\u0000z");

  private TokenizerCampaign() {}

  public static void main(String[] args) throws Exception {
    Campaign.main(TokenizerCampaign.class, args, TokenizerCampaign::runOne);
  }

  static byte[] file(long seed) {
    Random random = new Random(seed * 0x9e3779b97f4a7c15L);
    String base = TokenizerBases.NAMES.get(random.nextInt(TokenizerBases.NAMES.size()));
    return JsonMutator.mutate(TokenizerBases.read(base), random);
  }

  /** Returns whether the file opened. */
  private static boolean runOne(long seed) {
    try {
      TokenizerFile file = TokenizerFile.read(file(seed), "damaged");
      try (Tokenizer tokenizer = HuggingFaceTokenizer.open(file)) {
        use(tokenizer, file, new Random(seed));
      }
      return true;
    } catch (ModelException e) {
      if (String.valueOf(e.getMessage()).length() > 1000) {
        throw new IllegalStateException("a message without bounds", e);
      }
      return false;
    }
  }

  private static void use(Tokenizer tokenizer, TokenizerFile file, Random random) {
    List<String> texts = new ArrayList<>(TEXTS);
    List<String> tokens = List.copyOf(file.ids().keySet());
    StringBuilder own = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      own.append(tokens.get(random.nextInt(tokens.size()))).append(i % 3 == 0 ? " " : "");
    }
    texts.add(own.toString());
    TextEncoder encoder = new TextEncoder(tokenizer, 512);
    for (String text : texts) {
      for (int id : encoder.encode(text).ids()) {
        if (id < 0 || id >= file.size()) {
          throw new IllegalStateException("id " + id + " of " + file.size());
        }
      }
    }
    for (int i = 0; i < 5; i++) {
      WordBoundariesTest.assertBeginnings(
          tokenizer, file.boundaries(), WordBoundariesTest.text(random, 30));
    }
    try {
      tokenizer.pairTemplate();
    } catch (ModelException e) {
      // For embedders such a file will do.
    }
    for (int id : new int[] {0, 1, 2, file.size() - 1, file.size(), random.nextInt(file.size())}) {
      tokenizer.decode(id);
    }
  }
}

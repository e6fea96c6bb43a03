package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.text.WordPieceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code tokenizer_config.json} says beside {@code tokenizer.json}.
 *
 * @param maxTokens most tokens of a text, special tokens included, if the file says
 * @param className the class in transformers; null if the file does not say
 * @param bert what holds if that is BERT's
 */
record TokenizerSettings(
    OptionalInt maxTokens, @Nullable String className, WordPieceSettings bert) {

  private static final String FILE = "tokenizer_config.json";

  /**
   * Reads the file of a folder.
   *
   * @throws ModelException if it is damaged, or texts are to be cut at their beginning
   */
  static TokenizerSettings read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return new TokenizerSettings(OptionalInt.empty(), null, WordPieceSettings.DEFAULT);
    }
    JsonFields fields = JsonFields.read(FileSource.of(file));
    if (!fields.string("truncation_side", "right").equals("right")) {
      throw new ModelException("truncation_side must be right: "
          + fields.string("truncation_side", "") + ", in " + file
          + "; cutting texts at their beginning is not supported");
    }
    return new TokenizerSettings(
        maxTokens(fields),
        fields.has("tokenizer_class") ? fields.string("tokenizer_class", null) : null,
        bert(fields));
  }

  /** transformers writes 1e30 for no limit. */
  private static OptionalInt maxTokens(JsonFields fields) {
    String name = fields.has("model_max_length") ? "model_max_length" : "max_len";
    if (!fields.has(name) || fields.number(name) > Integer.MAX_VALUE) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(fields.integer(name, 0, 2, Integer.MAX_VALUE));
  }

  private static WordPieceSettings bert(JsonFields fields) {
    WordPieceSettings absent = WordPieceSettings.DEFAULT;
    return new WordPieceSettings(
        fields.flag("do_lower_case", absent.lowercase()),
        fields.has("strip_accents") ? Boolean.valueOf(fields.flag("strip_accents")) : null,
        fields.flag("tokenize_chinese_chars", absent.splitChinese()),
        token(fields, "unk_token", absent.unknown()),
        token(fields, "sep_token", absent.separator()),
        token(fields, "pad_token", absent.padding()),
        token(fields, "cls_token", absent.start()),
        token(fields, "mask_token", absent.mask()));
  }

  private static String token(JsonFields fields, String role, String otherwise) {
    return fields.has(role) ? fields.token(role) : otherwise;
  }

  /**
   * Refuses a vocabulary of BERT to which tokens were added: {@code vocab.txt} does not have them.
   *
   * @throws ModelException if the files of the folder name other tokens than the special ones
   */
  void requireNoAddedTokens(Path folder) {
    Set<String> known =
        Set.of(bert.unknown(), bert.separator(), bert.padding(), bert.start(), bert.mask());
    for (String name : List.of("added_tokens.json", FILE)) {
      Path file = folder.resolve(name);
      if (!Files.exists(file)) {
        continue;
      }
      JsonFields fields = JsonFields.read(FileSource.of(file));
      Set<String> added = new TreeSet<>();
      if (!name.equals(FILE)) {
        added.addAll(fields.names());
      } else if (fields.has("added_tokens_decoder")) {
        JsonFields tokens = fields.fields("added_tokens_decoder");
        tokens.names().forEach(id -> added.add(tokens.token(id)));
      }
      added.removeAll(known);
      if (!added.isEmpty()) {
        throw new ModelException("a model with vocab.txt alone must have no added tokens: "
            + added.iterator().next() + ", in " + file
            + "; save its tokenizer as tokenizer.json with"
            + " AutoTokenizer.from_pretrained(folder).save_pretrained(folder)");
      }
    }
  }

  /**
   * Tells whether transformers, of versions 4 and 5, takes BERT's class.
   *
   * @param modelType of {@code config.json}, which decides where no class is named
   */
  boolean isBert(String modelType) {
    return className == null
        ? modelType.equals("bert")
        : className.equals("BertTokenizer") || className.equals("BertTokenizerFast");
  }
}

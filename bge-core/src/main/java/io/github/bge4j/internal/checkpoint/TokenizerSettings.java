package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.text.TokenizerFile;
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

  private static final List<String> BERT = List.of("BertTokenizer", "BertTokenizerFast");

  /** They take {@code tokenizer.json} as it is. */
  private static final List<String> GENERIC =
      List.of("PreTrainedTokenizerFast", "TokenizersBackend");

  private static final List<String> XLM_ROBERTA =
      List.of("XLMRobertaTokenizer", "XLMRobertaTokenizerFast");

  private static final List<String> ROLES = List.of(
      "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

  private static final List<String> LISTS =
      List.of("additional_special_tokens", "extra_special_tokens", "added_tokens_decoder");

  /**
   * Reads the file of a folder.
   *
   * @throws ModelException if it is damaged, or texts are to be cut at their beginning
   */
  static TokenizerSettings read(Path folder) {
    Path file = folder.resolve(NeededFiles.TOKENIZER_CONFIG);
    if (!Files.exists(file)) {
      return new TokenizerSettings(
          OptionalInt.empty(), className(folder, null), WordPieceSettings.DEFAULT);
    }
    JsonFields fields = JsonFields.read(Region.ofFile(file));
    if (!fields.string("truncation_side", "right").equals("right")) {
      throw new ModelException("truncation_side must be right: "
          + fields.string("truncation_side", "") + ", in " + file
          + "; cutting texts at their beginning is not supported");
    }
    if (fields.flag("split_special_tokens")) {
      throw new ModelException("split_special_tokens must be false: true, in " + file
          + "; splitting them is not supported");
    }
    return new TokenizerSettings(maxTokens(fields), className(folder, fields), bert(fields));
  }

  /** The class by {@code tokenizer_config.json}, or else by {@code config.json}. */
  private static @Nullable String className(Path folder, @Nullable JsonFields settings) {
    String key = "tokenizer_class";
    JsonFields fields = settings;
    if (fields == null || !fields.has(key)) {
      Path config = folder.resolve(NeededFiles.CONFIG);
      fields = Files.exists(config) ? JsonFields.read(Region.ofFile(config)) : null;
    }
    if (fields == null || !fields.has(key)) {
      return null;
    }
    String name = fields.string(key, null);
    if (!BERT.contains(name) && !XLM_ROBERTA.contains(name) && !GENERIC.contains(name)) {
      throw new ModelException(key + " must be one of " + BERT + ", " + XLM_ROBERTA + " and "
          + GENERIC + ": " + name + ", in " + fields.file()
          + "; the tokens of other classes are not known here");
    }
    return name;
  }

  /** transformers writes 1e30 for no limit. */
  private static OptionalInt maxTokens(JsonFields fields) {
    String name = fields.names().contains("model_max_length") ? "model_max_length" : "max_len";
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
   * Refuses a tokenizer without the tokens that files beside it name: transformers would add them,
   * or put others around a text.
   *
   * @param folder of the tokenizer
   * @throws ModelException if a token is missing, or has another role
   */
  void requireNamedTokens(TokenizerFile tokenizer, Path folder) {
    for (String name : List.of(
        NeededFiles.TOKENIZER_CONFIG, NeededFiles.SPECIAL_TOKENS, NeededFiles.ADDED_TOKENS)) {
      Path file = folder.resolve(name);
      if (!Files.exists(file)) {
        continue;
      }
      JsonFields fields = JsonFields.read(Region.ofFile(file));
      Set<String> tokens = new TreeSet<>();
      if (name.equals(NeededFiles.ADDED_TOKENS)) {
        tokens.addAll(fields.names());
      } else {
        ROLES.stream().filter(fields::has).forEach(role -> tokens.add(fields.token(role)));
        LISTS.forEach(list -> tokens.addAll(fields.tokens(list)));
        requireRoles(tokenizer, fields);
      }
      for (String token : tokens) {
        if (!tokenizer.adds(token)) {
          throw named(
              "every token that is named must be an added one of the tokenizer", token, file);
        }
      }
    }
  }

  private void requireRoles(TokenizerFile tokenizer, JsonFields fields) {
    Path file = Path.of(fields.file());
    if (fields.has("unk_token") && !fields.token("unk_token").equals(tokenizer.unknownToken())) {
      throw named("unk_token must be the tokenizer's", fields.token("unk_token"), file);
    }
    if (className == null || !GENERIC.contains(className)) {
      for (String role : List.of("cls_token", "sep_token")) {
        if (fields.has(role) && !tokenizer.frames(fields.token(role))) {
          throw named(role + " must stand around a text", fields.token(role), file);
        }
      }
    }
  }

  private static ModelException named(String rule, String token, Path file) {
    return new ModelException(rule + ": " + token + " is not, in " + file
        + "; save the whole tokenizer with"
        + " AutoTokenizer.from_pretrained(folder).save_pretrained(folder)");
  }

  /**
   * Tells whether transformers, of versions 4 and 5, takes BERT's class.
   *
   * @param modelType of {@code config.json}, which decides where no class is named
   */
  boolean isBert(String modelType) {
    return className == null ? modelType.equals("bert") : BERT.contains(className);
  }
}

package io.github.bge4j.internal.text;

import io.github.bge4j.ModelException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A tokenizer as it is known before the native library sees it, which would end the process over a
 * file that names what is not there. It is read by a list of what is allowed and checked in every
 * place where that library trusts it; what the library gets is written anew from what was
 * understood. A field or kind that is not known here is refused: it might change the tokens.
 *
 * <p>Immutable and thread-safe; holds the text of the whole vocabulary.
 */
public final class TokenizerFile {

  /** The tokenizer of BGE-M3 has 17 MB, the largest of its family (a million tokens) 61 MB. */
  public static final int MAX_BYTES = 64 << 20;

  private static final int MAX_QUOTED = 60;

  /** A field may lie deep, each level with a name of its own. */
  private static final int MAX_REASON = 500;

  private final String name;
  private final Map<String, Integer> ids;
  private final List<Template> templates;
  private final TextSteps steps;
  private final Set<String> added;
  private final String addedTokens;
  private final String unknown;
  private final String model;

  private TokenizerFile(
      String name,
      Map<String, Integer> ids,
      List<Template> templates,
      TextSteps steps,
      Set<String> added,
      String addedTokens,
      String unknown,
      String model) {
    this.name = name;
    this.ids = ids;
    this.templates = templates;
    this.steps = steps;
    this.added = added;
    this.addedTokens = addedTokens;
    this.unknown = unknown;
    this.model = model;
  }

  /**
   * Reads a file. Takes some tenths of a second for BGE-M3.
   *
   * @param json content of a {@code tokenizer.json}
   * @param name what messages call the file
   * @throws ModelException if it is damaged, or not the tokenizer of a BERT or XLM-RoBERTa model
   */
  public static TokenizerFile read(byte[] json, String name) {
    if (json.length > MAX_BYTES) {
      throw unreadable(
          name, new IOException("it must have at most " + MAX_BYTES + " bytes: " + json.length));
    }
    try (TokenizerJson reader = new TokenizerJson(json)) {
      return read(reader, name);
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw unreadable(name, e);
    }
  }

  private static TokenizerFile read(TokenizerJson reader, String name) throws IOException {
    Set<String> keys = new HashSet<>();
    Map<String, Object> small = new HashMap<>();
    TokenModel[] models = new TokenModel[1];
    reader.forEachField(key -> {
      if (!keys.add(key)) {
        throw new IOException("it has the key " + quote(key) + " twice");
      }
      if (key.equals("model")) {
        models[0] = TokenModel.read(reader);
      } else {
        Object value = reader.value(cut(key));
        if (value != null) {
          small.put(key, value);
        }
      }
    });
    TokenModel model = models[0];
    if (model == null || !reader.atEnd()) {
      throw new IOException(model == null ? "it has no model.vocab" : "something follows it");
    }
    return of(new Fields("tokenizer", small), model, name);
  }

  private static TokenizerFile of(Fields fields, TokenModel model, String name) throws IOException {
    if (!fields.string("version", "1.0").equals("1.0")) {
      throw new IOException("its version must be 1.0");
    }
    // Length is the business of those who encode.
    if (fields.has("truncation")
        && fields.object("truncation").string("direction", "Right").equals("Left")) {
      throw new IOException("its truncation must not cut texts at their beginning");
    }
    fields.ignore("truncation");
    fields.ignore("padding");
    TextSteps normalizer = TextSteps.readNormalizer(fields);
    AddedTokens added = new AddedTokens(model, normalizer);
    List<Fields> tokens =
        fields.has("added_tokens") ? fields.objects("added_tokens", AddedTokens.MAX) : List.of();
    String addedTokens = added.copied(tokens);
    Map<String, Integer> ids = withAdded(model, added);
    if (!fields.has("post_processor")) {
      throw new IOException("it puts no special tokens around a text, which every BGE model needs");
    }
    List<Template> templates = Template.read(fields.object("post_processor"), ids);
    TextSteps steps = normalizer.readOthers(fields);
    fields.end();
    return new TokenizerFile(
        name,
        ids,
        templates,
        steps,
        Set.copyOf(added.ids().keySet()),
        addedTokens,
        model.unknown(),
        model.json());
  }

  /** As in the native library, an added token comes before one of the model. */
  private static Map<String, Integer> withAdded(TokenModel model, AddedTokens added) {
    Map<String, Integer> ids = model.ids();
    ids.putAll(added.ids());
    return Collections.unmodifiableMap(ids);
  }

  /**
   * Makes the tokenizer of a BERT model that has a {@code vocab.txt} alone, as transformers 4.57
   * does: one token a line, its id the number of the line, of equal lines the last.
   *
   * @param vocabulary content of the file
   * @param settings from {@code tokenizer_config.json}
   * @param name what messages call the file
   * @throws ModelException if it is not UTF-8, or lacks the special tokens
   */
  public static TokenizerFile ofVocabulary(
      byte[] vocabulary, WordPieceSettings settings, String name) {
    try {
      TokenModel model = TokenModel.ofLines(vocabulary, settings.unknown());
      List<Template> templates =
          Template.bert(model.id(settings.start()), model.id(settings.separator()));
      AddedTokens added = new AddedTokens(model, null);
      String addedTokens = added.special(settings.specialTokens());
      return new TokenizerFile(
          name,
          withAdded(model, added),
          templates,
          TextSteps.bert(settings),
          Set.copyOf(added.ids().keySet()),
          addedTokens,
          model.unknown(),
          model.json());
    } catch (IOException e) {
      throw new ModelException(
          "vocabulary must be a vocab.txt of BERT: " + name + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns this tokenizer as transformers makes it for a {@code BertTokenizer}: its small letters,
   * accents and Chinese signs follow the settings, not what {@code tokenizer.json} says.
   *
   * @throws ModelException if it has another normalizer, with which versions 4 and 5 differ
   */
  public TokenizerFile withSettings(WordPieceSettings settings) {
    if (steps.bertCleans() != null) {
      return withSteps(steps.withSettings(settings));
    }
    throw new ModelException("a BertTokenizer must have a BertNormalizer alone: " + name
        + " has another, which transformers 4 keeps and 5 replaces; name PreTrainedTokenizerFast as"
        + " tokenizer_class in tokenizer_config.json if it shall be kept");
  }

  /** Returns this tokenizer with texts made small letters first, if it does not do so itself. */
  public TokenizerFile lowercased() {
    return lowercase().orElse(false) ? this : withSteps(steps.lowercased());
  }

  private TokenizerFile withSteps(TextSteps other) {
    return new TokenizerFile(name, ids, templates, other, added, addedTokens, unknown, model);
  }

  /** Returns whether the file has a token as an added one, which no text is split within. */
  public boolean adds(String token) {
    return added.contains(token);
  }

  /** Returns whether a token is among those that stand around a text. */
  public boolean frames(String token) {
    Integer id = ids.get(token);
    Template single = templates.get(0);
    return id != null
        && (Arrays.stream(single.prefix()).anyMatch(id::equals)
            || Arrays.stream(single.suffix()).anyMatch(id::equals));
  }

  /** Returns the largest id and one: how many rows a word table must have. */
  public int size() {
    return 1 + Collections.max(ids.values());
  }

  /**
   * Returns the ids by the tokens' texts, added tokens included.
   *
   * @return an unmodifiable map
   */
  public Map<String, Integer> ids() {
    return ids;
  }

  /** Returns the text of the token that stands for unknown ones, a key of {@link #ids()}. */
  public String unknownToken() {
    return unknown;
  }

  /** Returns whether BERT's normalizer makes small letters; empty if there is none. */
  public Optional<Boolean> lowercase() {
    return Optional.ofNullable(steps.lowercase());
  }

  String name() {
    return name;
  }

  /** Returns where a text can be cut before it is tokenized. */
  WordBoundaries boundaries() {
    return new WordBoundaries(steps, added);
  }

  /** Returns the special tokens around one text and, if it joins two, those around a pair. */
  List<Template> templates() {
    return templates;
  }

  /** Returns what the native library gets. Special tokens are put around texts on this side. */
  String json() {
    return "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":"
        + addedTokens
        + ",\"normalizer\":" + steps.normalizer() + ",\"pre_tokenizer\":" + steps.preTokenizer()
        + ",\"post_processor\":null,\"decoder\":" + steps.decoder() + ",\"model\":" + model + "}";
  }

  static ModelException unreadable(String name, Exception cause) {
    return new ModelException(
        "tokenizer must be a complete tokenizer.json of Hugging Face tokenizers: " + name + ": "
            + cut(String.valueOf(cause.getMessage()), MAX_REASON)
            + "; get the file again, or use a model whose tokenizer is BERT's or XLM-RoBERTa's",
        cause);
  }

  /** Returns a text of the file for a message, which must not grow with it. */
  static String quote(String text) {
    return '"' + cut(text) + '"';
  }

  /** Returns the beginning of a text, for the path of a field in a message. */
  static String cut(String text) {
    return cut(text, MAX_QUOTED);
  }

  private static String cut(String text, int most) {
    return text.length() > most ? text.substring(0, most) + "..." : text;
  }
}

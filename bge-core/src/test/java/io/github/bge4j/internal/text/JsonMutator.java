package io.github.bge4j.internal.text;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.internal.LazilyParsedNumber;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Damages JSON as an attacker would: mostly it stays JSON, but says something else in one to three
 * places. Thread-safe.
 */
public final class JsonMutator {

  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private static final List<String> EDGES = List.of(
      "null",
      "true",
      "false",
      "0",
      "1",
      "-1",
      "-0.0",
      "2",
      "255",
      "256",
      "65536",
      "2147483647",
      "2147483648",
      "4294967295",
      "4294967296",
      "9223372036854775807",
      "18446744073709551615",
      "1e308",
      "-1e308",
      "1e400",
      "1e-320",
      "0.5",
      "\"\"",
      "\" \"",
      "\"a\"",
      "\"\\u0000\"",
      "\"\\u0001\"",
      "\"\u2581\"",
      "\"##\"",
      "\"\u0301\"",
      "\"\uD83D\uDE42\"",
      "\"[UNK]\"",
      "\"<unk>\"",
      "\"$A\"",
      "[]",
      "{}",
      "[[]]",
      "[null]",
      "{\"type\":\"\"}",
      "[0,1]",
      "[\"a\",1]",
      "\"\uFFFF\"",
      "\"\u200D\"",
      "\"\u0600\"");

  /** Parts of tokenizers that are valid somewhere, many of them where they are put. */
  private static final List<String> PARTS = List.of(
      "{'type':'FixedLength','length':0}",
      "{'type':'Split','pattern':{'Regex':'(a+)+$'},'behavior':'Isolated','invert':false}",
      "{'type':'ByteLevel','add_prefix_space':true,'trim_offsets':true,'use_regex':true}",
      "{'type':'Precompiled'}",
      "{'type':'Precompiled','precompiled_charsmap':''}",
      "{'type':'Precompiled','precompiled_charsmap':'BAAAAP////9hYmM='}",
      "{'type':'Lowercase'}",
      "{'type':'NFKC'}",
      "{'type':'NFKD'}",
      "{'type':'NFC'}",
      "{'type':'NFD'}",
      "{'type':'Nmt'}",
      "{'type':'StripAccents'}",
      "{'type':'Strip','strip_left':true,'strip_right':true}",
      "{'type':'Replace','pattern':{'String':'a'},'content':'b'}",
      "{'type':'Replace','pattern':{'String':''},'content':''}",
      "{'type':'Replace','pattern':{'Regex':' {2,}'},'content':' '}",
      "{'type':'Prepend','prepend':''}",
      "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':true,'strip_accents':true,'lowercase':true}",
      "{'type':'Sequence','normalizers':[]}",
      "{'type':'Sequence','normalizers':[{'type':'NFKD'},{'type':'StripAccents'},{'type':'Strip','strip_left':true,'strip_right':false}]}",
      "{'type':'Sequence','pretokenizers':[]}",
      "{'type':'Whitespace'}",
      "{'type':'WhitespaceSplit'}",
      "{'type':'BertPreTokenizer'}",
      "{'type':'Digits','individual_digits':true}",
      "{'type':'UnicodeScripts'}",
      "{'type':'Punctuation','behavior':'Contiguous'}",
      "{'type':'CharDelimiterSplit','delimiter':''}",
      "{'type':'Metaspace','replacement':'\u2581','prepend_scheme':'first','split':false}",
      "{'type':'Metaspace','replacement':' ','prepend_scheme':'never','split':true}",
      "{'type':'Metaspace','replacement':'a','add_prefix_space':true}",
      "{'type':'WordPiece','prefix':'','cleanup':true}",
      "{'type':'CTC','pad_token':'','word_delimiter_token':'','cleanup':true}",
      "{'type':'Strip','content':' ','start':9,'stop':9}",
      "{'type':'Fuse'}",
      "{'type':'ByteFallback'}",
      "{'type':'BPE','vocab':{'a':0},'merges':['a b']}",
      "{'type':'WordLevel','vocab':{'a':0},'unk_token':'a'}",
      "{'type':'BertProcessing','sep':['[SEP]',3],'cls':['[CLS]',2]}",
      "{'type':'RobertaProcessing','sep':['</s>',2],'cls':['<s>',0],'trim_offsets':true,'add_prefix_space':true}",
      "{'SpecialToken':{'id':'[X]','type_id':0}}",
      "{'Sequence':{'id':'B','type_id':1}}",
      "{'direction':'Right','max_length':2,'strategy':'LongestFirst','stride':9}",
      "{'strategy':{'Fixed':99999999},'direction':'Left','pad_to_multiple_of':0,'pad_id':1,'pad_type_id':0,'pad_token':''}",
      "{'id':7,'content':'\u0301','single_word':true,'lstrip':true,'rstrip':true,'normalized':true,'special':false}",
      "{'id':7,'content':' ','single_word':true,'lstrip':true,'rstrip':true,'normalized':false,'special':false}");

  private JsonMutator() {}

  /** Returns a damaged copy; the same for the same file and state of {@code random}. */
  public static byte[] mutate(byte[] json, Random random) {
    JsonElement root = JsonParser.parseString(new String(json, StandardCharsets.UTF_8));
    for (int i = Math.max(0, random.nextInt(5) - 2); i >= 0; i--) {
      if (random.nextInt(6) > 0) {
        change(root, random);
      } else {
        changeLongest(root, random);
      }
    }
    String text = GSON.toJson(root);
    byte[] bytes = (random.nextInt(12) == 0 ? damageText(text, random) : text)
        .getBytes(StandardCharsets.UTF_8);
    return random.nextInt(40) == 0 ? damageBytes(bytes, random) : bytes;
  }

  /** Goes down a random way, so that small parts are met as often as a large vocabulary. */
  private static void change(JsonElement root, Random random) {
    JsonElement at = root;
    while (true) {
      int size = size(at);
      if (size == 0) {
        return;
      }
      int index = random.nextInt(size);
      JsonElement child = get(at, index);
      if (size(child) > 0 && random.nextInt(5) > 0) {
        at = child;
        continue;
      }
      if (random.nextInt(6) == 0) {
        changePlaces(at, index, root, random);
      } else {
        set(at, index, changed(child, random));
      }
      return;
    }
  }

  /** Changes the longest of the texts near the root, which often is a table in base64. */
  private static void changeLongest(JsonElement root, Random random) {
    JsonElement parent = root;
    int index = -1;
    int longest = 0;
    Deque<JsonElement> open = new ArrayDeque<>(List.of(root));
    for (JsonElement at = open.poll(); at != null; at = open.poll()) {
      for (int i = 0; i < Math.min(20, size(at)); i++) {
        JsonElement child = get(at, i);
        open.add(child);
        if (child instanceof JsonPrimitive text
            && text.isString()
            && text.getAsString().length() > longest) {
          parent = at;
          index = i;
          longest = text.getAsString().length();
        }
      }
    }
    if (index >= 0) {
      set(parent, index, new JsonPrimitive(text(get(parent, index).getAsString(), random)));
    }
  }

  private static void changePlaces(JsonElement parent, int index, JsonElement root, Random random) {
    JsonElement child = get(parent, index);
    switch (random.nextInt(5)) {
      case 0 -> {
        if (parent instanceof JsonArray array) {
          array.remove(index);
        } else {
          parent.getAsJsonObject().remove(key(parent, index));
        }
      }
      case 1 -> {
        if (parent instanceof JsonArray array) {
          for (int i = random.nextInt(3) == 0 ? 40 : 1; i > 0; i--) {
            array.add(child.deepCopy());
          }
        } else {
          parent.getAsJsonObject().add(text(key(parent, index), random), child.deepCopy());
        }
      }
      case 2 -> set(parent, index, get(parent, random.nextInt(size(parent))).deepCopy());
      case 3 -> {
        JsonElement other = root;
        while (size(other) > 0 && random.nextInt(4) > 0) {
          other = get(other, random.nextInt(size(other)));
        }
        set(parent, index, other.deepCopy());
      }
      default -> {
        JsonElement deep = child.deepCopy();
        for (int i = random.nextInt(40); i > 0; i--) {
          JsonArray wrap = new JsonArray();
          wrap.add(deep);
          deep = wrap;
        }
        set(parent, index, deep);
      }
    }
  }

  private static JsonElement changed(JsonElement value, Random random) {
    if (value instanceof JsonPrimitive primitive && random.nextInt(5) > 0) {
      if (primitive.isBoolean()) {
        return new JsonPrimitive(!primitive.getAsBoolean());
      }
      if (primitive.isNumber() && random.nextInt(2) == 0) {
        return new JsonPrimitive(new LazilyParsedNumber(
            String.valueOf((long) primitive.getAsDouble() + random.nextInt(7) - 3)));
      }
      if (primitive.isString()) {
        return new JsonPrimitive(text(primitive.getAsString(), random));
      }
    }
    if (value.isJsonObject() && random.nextInt(4) > 0) {
      return JsonParser.parseString(PARTS.get(random.nextInt(PARTS.size())).replace('\'', '"'));
    }
    String edge = EDGES.get(random.nextInt(EDGES.size()));
    return edge.matches("-?\\d.*")
        ? new JsonPrimitive(new LazilyParsedNumber(edge))
        : JsonParser.parseString(edge);
  }

  /** Changes a text; a long one in base64 in its bytes. */
  private static String text(String text, Random random) {
    if (text.length() > 300 && random.nextInt(8) > 0) {
      try {
        byte[] bytes = Base64.getDecoder().decode(text);
        for (int i = random.nextInt(4); i >= 0; i--) {
          int at = random.nextInt(random.nextBoolean() ? bytes.length : 64);
          bytes[at] = (byte)
              (random.nextBoolean() ? bytes[at] ^ (1 << random.nextInt(8)) : random.nextInt());
        }
        return Base64.getEncoder().encodeToString(bytes);
      } catch (IllegalArgumentException e) {
        return text.substring(random.nextInt(text.length()));
      }
    }
    List<String> others = new ArrayList<>(List.of(
        "",
        " ",
        text + text,
        text + "\u0301",
        "\u0600" + text,
        " " + text,
        text + " ",
        "\u2581" + text,
        "##" + text,
        text + "\0",
        "\uD83E\uDD23",
        "[CLS]",
        "<s>",
        "always",
        "never",
        "first",
        "A",
        "B",
        "Regex",
        "String",
        "a",
        text.repeat(random.nextInt(40)),
        new StringBuilder(text).reverse().toString().replace('\uFFFD', 'x')));
    if (!text.isEmpty()) {
      others.add(text.substring(0, random.nextInt(text.length())));
    }
    return others.get(random.nextInt(others.size()));
  }

  private static String damageText(String text, Random random) {
    int at = random.nextInt(text.length());
    return switch (random.nextInt(5)) {
      case 0 -> text.substring(0, at);
      case 1 -> text.replaceFirst("\"[a-z_]+\":", "\"type\":\"x\",$0");
      case 2 -> text.substring(0, at) + "\\ud800" + text.substring(at);
      case 3 -> text.substring(0, at) + "[".repeat(random.nextInt(5000)) + text.substring(at);
      default -> text + text.substring(at);
    };
  }

  private static byte[] damageBytes(byte[] bytes, Random random) {
    byte[] result = bytes.clone();
    for (int i = random.nextInt(6); i >= 0; i--) {
      result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return result;
  }

  private static int size(JsonElement value) {
    return value instanceof JsonArray array
        ? array.size()
        : value instanceof JsonObject object ? object.size() : 0;
  }

  private static String key(JsonElement parent, int index) {
    return parent.getAsJsonObject().entrySet().stream()
        .skip(index)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private static JsonElement get(JsonElement parent, int index) {
    return parent instanceof JsonArray array
        ? array.get(index)
        : parent.getAsJsonObject().get(key(parent, index));
  }

  private static void set(JsonElement parent, int index, JsonElement value) {
    JsonElement safe = value == null ? JsonNull.INSTANCE : value;
    if (parent instanceof JsonArray array) {
      array.set(index, safe);
    } else {
      parent.getAsJsonObject().add(key(parent, index), safe);
    }
  }
}

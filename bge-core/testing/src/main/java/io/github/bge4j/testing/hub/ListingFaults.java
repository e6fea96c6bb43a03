package io.github.bge4j.testing.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Spoils the JSON of listings in place. Answers without JSON stay as they are. */
final class ListingFaults {

  private static final List<String> HASHES = List.of("sha256", "oid", "blobId");

  private ListingFaults() {}

  /** Adds a file of one byte to model information or to a tree. */
  static void addName(@Nullable JsonElement listing, String name) {
    RepoFile file = RepoFile.ofOneByte(name);
    if (listing instanceof JsonArray tree) {
      tree.add(ModelJson.treeFile(file));
    } else if (listing instanceof JsonObject info && info.has("siblings")) {
      info.getAsJsonArray("siblings").add(ModelJson.sibling(file, true));
    }
  }

  static void replaceHashes(@Nullable JsonElement json, String value) {
    if (json instanceof JsonArray array) {
      array.forEach(element -> replaceHashes(element, value));
    } else if (json instanceof JsonObject object) {
      object.entrySet().forEach(field -> {
        if (HASHES.contains(field.getKey())) {
          field.setValue(new JsonPrimitive(value));
        } else {
          replaceHashes(field.getValue(), value);
        }
      });
    }
  }

  static void removeSizes(@Nullable JsonElement listing) {
    if (listing instanceof JsonObject info && info.has("siblings")) {
      for (JsonElement sibling : info.getAsJsonArray("siblings")) {
        sibling.getAsJsonObject().keySet().retainAll(List.of("rfilename"));
      }
    }
  }
}

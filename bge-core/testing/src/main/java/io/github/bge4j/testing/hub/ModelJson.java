package io.github.bge4j.testing.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.Map;

/** The JSON of the hub's API. Fields that no downloader reads are left out. */
final class ModelJson {

  private ModelJson() {}

  static JsonObject info(TestRepo repo, Commit commit, Access access, boolean blobs) {
    JsonObject json = new JsonObject();
    json.addProperty("_id", commit.sha().substring(0, 24));
    json.addProperty("id", repo.id());
    json.addProperty("private", access.isPrivate(repo.id()));
    json.add("tags", new JsonArray());
    json.addProperty("downloads", 0);
    json.addProperty("likes", 0);
    json.addProperty("modelId", repo.id());
    if (repo.id().contains("/")) {
      json.addProperty("author", repo.id().substring(0, repo.id().indexOf('/')));
    }
    json.addProperty("sha", commit.sha());
    json.addProperty("lastModified", date(commit));
    if (access.isGated(repo.id())) {
      json.addProperty("gated", "auto");
    } else {
      json.addProperty("gated", false);
    }
    json.addProperty("disabled", false);
    JsonArray siblings = new JsonArray();
    commit.files().values().forEach(file -> siblings.add(sibling(file, blobs)));
    json.add("siblings", siblings);
    return json;
  }

  static JsonObject sibling(RepoFile file, boolean blobs) {
    JsonObject json = new JsonObject();
    json.addProperty("rfilename", file.path());
    if (blobs) {
      json.addProperty("size", file.size());
      json.addProperty("blobId", file.blobId());
      if (file.lfs()) {
        json.add("lfs", lfs(file, "sha256"));
      }
    }
    return json;
  }

  static JsonObject treeFile(RepoFile file) {
    JsonObject json = new JsonObject();
    json.addProperty("type", "file");
    json.addProperty("oid", file.blobId());
    json.addProperty("size", file.size());
    if (file.lfs()) {
      json.add("lfs", lfs(file, "oid"));
    }
    json.addProperty("path", file.path());
    return json;
  }

  static JsonObject treeFolder(String path, String oid) {
    JsonObject json = new JsonObject();
    json.addProperty("type", "directory");
    json.addProperty("oid", oid);
    json.addProperty("size", 0);
    json.addProperty("path", path);
    return json;
  }

  /** Adds what {@code expand=true} asks for. */
  static void expand(JsonObject treeEntry, Commit commit) {
    JsonObject last = new JsonObject();
    last.addProperty("id", commit.sha());
    last.addProperty("title", "Upload files");
    last.addProperty("date", date(commit));
    treeEntry.add("lastCommit", last);
    if (treeEntry.get("type").getAsString().equals("file")) {
      JsonObject security = new JsonObject();
      security.addProperty("status", "safe");
      security.add("avScan", JsonNull.INSTANCE);
      security.add("pickleImportScan", JsonNull.INSTANCE);
      treeEntry.add("securityFileStatus", security);
    }
  }

  static JsonObject refs(TestRepo repo, boolean pullRequests) {
    JsonArray branches = new JsonArray();
    JsonArray pulls = new JsonArray();
    repo.refs().forEach((name, commit) -> {
      if (name.startsWith("refs/pr/")) {
        pulls.add(ref(name, name, commit));
      } else {
        branches.add(ref(name, "refs/heads/" + name, commit));
      }
    });
    JsonArray tags = new JsonArray();
    for (Map.Entry<String, Commit> tag : repo.tags().entrySet()) {
      tags.add(ref(tag.getKey(), "refs/tags/" + tag.getKey(), tag.getValue()));
    }
    JsonObject json = new JsonObject();
    json.add("tags", tags);
    json.add("branches", branches);
    json.add("converts", new JsonArray());
    if (pullRequests) {
      json.add("pullRequests", pulls);
    }
    return json;
  }

  private static JsonObject ref(String name, String ref, Commit commit) {
    JsonObject json = new JsonObject();
    json.addProperty("name", name);
    json.addProperty("ref", ref);
    json.addProperty("targetCommit", commit.sha());
    return json;
  }

  /** Model information and trees name the same hash differently. */
  private static JsonObject lfs(RepoFile file, String hashField) {
    JsonObject json = new JsonObject();
    json.addProperty(hashField, file.hash());
    json.addProperty("size", file.size());
    json.addProperty("pointerSize", file.pointerSize());
    return json;
  }

  /** With milliseconds, also where they are zero: the Python client insists on them. */
  private static String date(Commit commit) {
    return commit.date().toString().replace("Z", ".000Z");
  }
}

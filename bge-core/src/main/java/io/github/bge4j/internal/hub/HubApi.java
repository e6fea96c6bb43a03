package io.github.bge4j.internal.hub;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import io.github.bge4j.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the hub tells about a model's files. */
final class HubApi {

  /** The longest listings of real models have some 100 kB. */
  private static final int MAX_LISTING = 16 << 20;

  private final HubSettings settings;
  private final HubHttp http;
  private final Sleeper sleeper;

  /**
   * The files of one commit.
   *
   * @param model at that commit
   * @param files by path; empty where the listing gives no size or hash
   */
  record Listing(WantedModel model, Map<String, Optional<RemoteFile>> files) {}

  HubApi(HubSettings settings, HubHttp http, Sleeper sleeper) {
    this.settings = settings;
    this.http = http;
    this.sleeper = sleeper;
  }

  /**
   * Lists the files of a model.
   *
   * @throws HubException if there is none, or the listing names files outside of the model
   */
  Listing list(WantedModel model) {
    URI uri = URI.create(settings.endpoint() + "/api/models/" + model + "/revision/"
        + escaped(model.revision()) + "?blobs=true");
    Subject subject = new Subject(model, "");
    String json = Attempts.run("listing the files of " + model, sleeper, () -> read(uri, subject));
    try {
      return parse(model, new Gson().fromJson(json, JsonElement.class));
    } catch (JsonParseException
        | IllegalStateException
        | NumberFormatException
        | StackOverflowError e) { // old versions of gson read levels by recursion
      throw notAHub("it is something else");
    }
  }

  private Listing parse(WantedModel model, @Nullable JsonElement json) {
    if (json == null) {
      throw new JsonParseException("it is empty");
    }
    String commit = text(json.getAsJsonObject(), "sha");
    if (!WantedModel.isCommit(commit)) {
      throw notAHub("its sha is no commit");
    }
    if (!(json.getAsJsonObject().get("siblings") instanceof JsonArray siblings)) {
      throw new JsonParseException("siblings is no list");
    }
    Map<String, Optional<RemoteFile>> files = new HashMap<>();
    for (JsonElement sibling : siblings) {
      String path = text(sibling.getAsJsonObject(), "rfilename");
      SafePaths.check(path);
      files.put(path, file(path, sibling.getAsJsonObject()));
    }
    return new Listing(model.at(commit), files);
  }

  private static String text(JsonObject json, String field) {
    if (json.get(field) instanceof JsonPrimitive value && value.isString()) {
      return value.getAsString();
    }
    throw new JsonParseException(field + " is no string");
  }

  private static Optional<RemoteFile> file(String path, JsonObject json) {
    boolean large = json.has("lfs") && json.get("lfs").isJsonObject();
    JsonObject holder = large ? json.getAsJsonObject("lfs") : json;
    JsonElement size = holder.has("size") ? holder.get("size") : json.get("size");
    boolean sized = size instanceof JsonPrimitive number && number.isNumber();
    String hash = large ? "sha256" : "blobId";
    if (!holder.has(hash) || !sized || size.getAsLong() < 0) {
      return Optional.empty();
    }
    return FileHash.parse(text(holder, hash))
        .map(known -> new RemoteFile(path, size.getAsLong(), known));
  }

  /** Returns size and hash of a file; asks for them where the listing does not say. */
  RemoteFile file(Listing listing, String path) {
    Optional<RemoteFile> listed = listing.files().getOrDefault(path, Optional.empty());
    return listed.orElseGet(() -> Attempts.run(
        "looking at " + path + " of " + listing.model(),
        sleeper,
        () -> head(new Subject(listing.model(), path))));
  }

  /** Returns the content of a small file of a listed commit. */
  String text(Listing listing, String path) {
    Subject subject = new Subject(listing.model(), path);
    return Attempts.run("reading " + subject, sleeper, () -> read(address(subject), subject));
  }

  private String read(URI uri, Subject subject) throws IOException {
    try (HubResponse answer = http.send("GET", uri, Map.of(), subject);
        InputStream body = answer.body()) {
      byte[] bytes = body.readNBytes(MAX_LISTING + 1);
      if (bytes.length > MAX_LISTING) {
        throw notAHub("it has more than " + MAX_LISTING + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private RemoteFile head(Subject subject) throws IOException {
    try (HubResponse answer = http.send("HEAD", address(subject), Map.of(), subject)) {
      Optional<String> size =
          answer.header("X-Linked-Size").or(() -> answer.header("Content-Length"));
      if (answer.hash().isEmpty() || size.isEmpty() || !size.get().matches("\\d{1,18}")) {
        throw notAHub("neither it nor the file's headers give size and hash of " + subject);
      }
      return new RemoteFile(
          subject.file(), Long.parseLong(size.get()), answer.hash().get());
    }
  }

  /** Returns where a file of a commit is. */
  URI address(Subject subject) {
    String path = Arrays.stream(subject.file().split("/"))
        .map(HubApi::escaped)
        .collect(Collectors.joining("/"));
    return URI.create(settings.endpoint() + "/" + subject.model() + "/resolve/"
        + subject.model().revision() + "/" + path);
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HubException notAHub(String problem) {
    return new HubException("a hub must answer with a listing in JSON: " + problem + ", from "
        + settings.endpoint().getHost()
        + "; check HF_ENDPOINT, and whether a proxy or a login page is in between");
  }
}

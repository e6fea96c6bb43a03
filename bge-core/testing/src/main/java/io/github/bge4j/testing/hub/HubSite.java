package io.github.bge4j.testing.hub;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The hub: the listings, and where the files are. */
final class HubSite implements Site {

  /** As huggingface.co. */
  private static final int PAGE_ENTRIES = 1_000;

  final Map<String, TestRepo> repos = new ConcurrentHashMap<>();
  final Access access = new Access();
  volatile int pageEntries = PAGE_ENTRIES;
  volatile boolean relativeRedirects;
  private final SignedUrls storage;

  HubSite(SignedUrls storage) {
    this.storage = storage;
  }

  @Override
  public Route route(URI uri) {
    return Route.ofHub(uri.getRawPath());
  }

  @Override
  public Answer answer(Route route, HubRequest request, URI uri) {
    try {
      return answerOrRefuse(route, request, uri);
    } catch (HubError e) {
      return e.toAnswer(uri.getRawPath().startsWith("/api/models/"));
    }
  }

  private Answer answerOrRefuse(Route route, HubRequest request, URI uri) throws HubError {
    if (route.kind() == RequestKind.OTHER) {
      throw HubError.noRoute();
    }
    boolean content =
        route.kind() == RequestKind.RESOLVE || route.kind() == RequestKind.RESOLVE_CACHE;
    TestRepo repo = repos.get(route.repo());
    access.check(route.repo(), repo != null, content, request);
    TestRepo known = Objects.requireNonNull(repo, "checked above");
    Query query = Query.of(uri.getRawQuery());
    if (route.kind() == RequestKind.REFS) {
      return Answer.json(ModelJson.refs(known, query.isSet("include_prs")));
    }
    String revision = Objects.requireNonNullElse(route.revision(), "main");
    Commit commit = known.commitOf(revision).orElseThrow(() -> HubError.revisionNotFound(revision));
    return switch (route.kind()) {
      case MODEL_INFO -> Answer.json(ModelJson.info(known, commit, access, query.isSet("blobs")));
      case TREE -> tree(commit, route.path(), query, request, uri);
      default -> file(known, commit, route);
    };
  }

  private Answer tree(Commit commit, String folder, Query query, HubRequest request, URI uri)
      throws HubError {
    List<JsonObject> entries =
        Tree.entries(commit, folder, query.isSet("recursive"), query.isSet("expand"));
    int from = Math.min(query.number("cursor", 0), entries.size());
    int to = Math.min(from + query.number("limit", pageEntries), entries.size());
    JsonArray page = new JsonArray();
    entries.subList(from, to).forEach(page::add);
    Answer answer = Answer.json(page);
    if (to < entries.size()) {
      query.with("cursor", String.valueOf(to));
      String host = request.header("Host").orElse("");
      answer.header(
          "Link", "<http://%s%s?%s>; rel=\"next\"".formatted(host, uri.getRawPath(), query));
    }
    return answer;
  }

  private Answer file(TestRepo repo, Commit commit, Route route) throws HubError {
    RepoFile file = commit.files().get(route.path());
    if (file == null) {
      throw HubError.entryNotFound(commit.sha());
    }
    if (file.lfs()) {
      return Answer.redirect(302, storage.sign(repo, file))
          .header("X-Repo-Commit", commit.sha())
          .header("X-Linked-Size", String.valueOf(file.size()))
          .header("X-Linked-ETag", quoted(file.hash()))
          .header("Accept-Ranges", "bytes");
    }
    if (relativeRedirects && route.kind() == RequestKind.RESOLVE) {
      return Answer.redirect(307, cacheUrl(repo, commit, file))
          .header("X-Repo-Commit", commit.sha())
          .header("X-Linked-Size", String.valueOf(file.size()))
          .header("X-Linked-ETag", quoted(file.hash()))
          .header("Accept-Ranges", "bytes");
    }
    Answer answer = new Answer(200)
        .header("X-Repo-Commit", commit.sha())
        .header("ETag", quoted(file.hash()))
        .header("Content-Disposition", SignedUrls.disposition(file.path()));
    answer.replaceBody("text/plain; charset=utf-8", file.content());
    answer.ranges = true;
    return answer;
  }

  private static String cacheUrl(TestRepo repo, Commit commit, RepoFile file) {
    String path =
        Arrays.stream(file.path().split("/")).map(Query::escape).collect(Collectors.joining("/"));
    return "/api/resolve-cache/models/%s/%s/%s?etag=%s"
        .formatted(repo.id(), commit.sha(), path, Query.escape(quoted(file.hash())));
  }

  private static String quoted(String etag) {
    return '"' + etag + '"';
  }
}

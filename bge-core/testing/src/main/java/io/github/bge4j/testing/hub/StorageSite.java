package io.github.bge4j.testing.hub;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** The storage host: LFS files by signed URL. It knows no repositories' rules and no tokens. */
final class StorageSite implements Site {

  private static final String PREFIX = "/repos/";

  private final Map<String, TestRepo> repos;
  private final SignedUrls urls;

  StorageSite(Map<String, TestRepo> repos, SignedUrls urls) {
    this.repos = repos;
    this.urls = urls;
  }

  @Override
  public Route route(URI uri) {
    String path = uri.getPath();
    int slash = path.lastIndexOf('/');
    String repo = path.startsWith(PREFIX) ? path.substring(PREFIX.length(), slash) : "";
    String file = SignedUrls.file(Query.of(uri.getRawQuery()));
    return new Route(RequestKind.STORAGE, repo, null, file);
  }

  @Override
  public Answer answer(Route route, HubRequest request, URI uri) {
    if (!urls.isValid(uri.getPath(), Query.of(uri.getRawQuery()))) {
      return refused(403, "AccessDenied", "Access Denied");
    }
    String sha256 = uri.getPath().substring(uri.getPath().lastIndexOf('/') + 1);
    return Optional.ofNullable(repos.get(route.repo()))
        .flatMap(repo -> repo.lfsFile(sha256, route.path()))
        .map(StorageSite::file)
        .orElseGet(() -> refused(404, "NoSuchKey", "The specified key does not exist."));
  }

  private static Answer file(RepoFile file) {
    // Not the SHA-256: a client that takes this for the hash of the file is wrong.
    String etag = file.hash().substring(0, 32);
    Answer answer = new Answer(200)
        .header("ETag", '"' + etag + '"')
        .header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        .header("Content-Disposition", SignedUrls.disposition(file.path()));
    answer.replaceBody("application/octet-stream", file.content());
    answer.ranges = true;
    return answer;
  }

  /** As CloudFront and S3 refuse. */
  static Answer refused(int status, String code, String message) {
    return Answer.text(
        status,
        "application/xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"
            + code
            + "</Code><Message>"
            + message
            + "</Message></Error>");
  }
}

package io.github.bge4j.testing.hub;

import com.google.gson.JsonObject;

/**
 * A request that the hub refuses. Status and code are what {@code huggingface_hub} 1.33 expects in
 * utils/_http.py; the texts only resemble the hub's, except those that it compares.
 */
final class HubError extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String commit;

  private HubError(int status, String code, String commit, String message) {
    super(message);
    this.status = status;
    this.code = code;
    this.commit = commit;
  }

  /** The hub does not tell strangers which private repositories exist. */
  static HubError repoUnknownToStranger() {
    return new HubError(401, "RepoNotFound", "", "Invalid username or password.");
  }

  static HubError repoNotFound() {
    return new HubError(404, "RepoNotFound", "", "Repository not found");
  }

  static HubError invalidToken() {
    return new HubError(401, "", "", "Invalid credentials in Authorization header");
  }

  static HubError gatedForStranger(String repo) {
    return new HubError(
        401,
        "GatedRepo",
        "",
        "Access to model "
            + repo
            + " is restricted. You must have access to it and be authenticated to access it. Please"
            + " log in.");
  }

  static HubError gatedForUser(String repo) {
    return new HubError(
        403,
        "GatedRepo",
        "",
        "Access to model "
            + repo
            + " is restricted and you are not in the authorized list. Visit"
            + " https://huggingface.co/"
            + repo
            + " to ask for access.");
  }

  static HubError revisionNotFound(String revision) {
    return new HubError(404, "RevisionNotFound", "", "Invalid rev id: " + revision);
  }

  static HubError entryNotFound(String commit) {
    return new HubError(404, "EntryNotFound", commit, "Entry not found");
  }

  static HubError noRoute() {
    return new HubError(404, "", "", "Sorry, we can't find the page you are looking for.");
  }

  /** The API explains itself in JSON, the rest in plain text; the headers are the same. */
  Answer toAnswer(boolean api) {
    String message = String.valueOf(getMessage());
    JsonObject json = new JsonObject();
    json.addProperty("error", message);
    Answer answer =
        api ? Answer.json(json) : Answer.text(status, "text/plain; charset=utf-8", message);
    answer.status = status;
    answer.header("X-Error-Message", message);
    if (!code.isEmpty()) {
      answer.header("X-Error-Code", code);
    }
    if (!commit.isEmpty()) {
      answer.header("X-Repo-Commit", commit);
    }
    if (status == 401) {
      answer.header(
          "WWW-Authenticate", "Bearer realm=\"Authentication required\", charset=\"UTF-8\"");
    }
    return answer;
  }
}

package io.github.bge4j.internal.hub;

/** What a request is about, for messages. */
record Subject(RepoId model, Revision revision, String file) {

  static Subject listing(RepoId model, Revision revision) {
    return new Subject(model, revision, "");
  }

  Subject file(String path) {
    return new Subject(model, revision, path);
  }

  @Override
  public String toString() {
    return file.isEmpty() ? "the list of files of " + model : file + " of " + model;
  }
}

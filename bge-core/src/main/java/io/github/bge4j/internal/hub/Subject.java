package io.github.bge4j.internal.hub;

/**
 * What a request is about, for messages.
 *
 * @param file of that version of the model; empty for the list of its files
 */
record Subject(WantedModel model, String file) {

  @Override
  public String toString() {
    return file.isEmpty() ? "the list of files of " + model : file + " of " + model;
  }
}

package io.github.bge4j;

import java.nio.file.Path;

/** A model folder in the layout of Hugging Face. */
record DirectorySource(Path folder) implements ModelSource {

  DirectorySource {
    if (folder == null) {
      throw new InvalidOptionException("the model folder must not be null; name a folder");
    }
  }
}

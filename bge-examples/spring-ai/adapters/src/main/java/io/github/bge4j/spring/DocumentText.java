package io.github.bge4j.spring;

import io.github.bge4j.InvalidOptionException;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;

/** What a model reads of a document. */
final class DocumentText {

  private DocumentText() {}

  static String of(Document document, MetadataMode mode) {
    String text = document.getText();
    if (text == null) {
      throw new InvalidOptionException("documents must have text: " + document.getId()
          + " has media only; leave it out, or describe it");
    }
    return mode == MetadataMode.NONE ? text : document.getFormattedContent(mode);
  }
}

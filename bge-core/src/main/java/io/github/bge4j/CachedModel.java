package io.github.bge4j;

import io.github.bge4j.internal.hub.HubCache;
import java.nio.file.Path;
import java.util.List;

/**
 * A version of a model in a Hugging Face cache, whoever put it there.
 *
 * @param id as in {@link ModelSource#hub}
 * @param commit 40 hexadecimal digits
 * @param revisions branches and tags that meant this commit when they were last asked for
 * @param folder of its files
 * @param bytes sizes of its files added up; versions may share files
 * @param usable false if configuration, tokenizer or weights are missing
 */
public record CachedModel(
    String id, String commit, List<String> revisions, Path folder, long bytes, boolean usable) {

  /**
   * Makes the list unmodifiable.
   *
   * @param id as in {@link ModelSource#hub}
   * @param commit 40 hexadecimal digits
   * @param revisions branches and tags
   * @param folder of its files
   * @param bytes sizes of its files added up
   * @param usable false if configuration, tokenizer or weights are missing
   */
  public CachedModel {
    revisions = List.copyOf(revisions);
  }

  /**
   * Lists the usual cache: {@code HF_HUB_CACHE}, or {@code hub} below {@code HF_HOME}, or
   * {@code .cache/huggingface/hub} in the home directory.
   *
   * @return by name; empty if there is no cache
   * @throws ModelException if it cannot be read
   */
  public static List<CachedModel> list() {
    return list(HubSource.environment().cache());
  }

  /**
   * Lists a cache.
   *
   * @param cache a folder in the layout of Hugging Face
   * @return by name; empty if there is no such folder
   * @throws ModelException if it cannot be read
   */
  public static List<CachedModel> list(Path cache) {
    return HubCache.list(cache, CachedModel::new);
  }
}

package io.github.bge4j.testing.hub;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Lists the entries of a folder: folders first, each kind in the order of paths. */
final class Tree {

  private Tree() {}

  /**
   * Returns the entries.
   *
   * @param folder path without a slash at its end; empty for the root
   * @throws HubError if the folder has no files
   */
  static List<JsonObject> entries(Commit commit, String folder, boolean recursive, boolean expand)
      throws HubError {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    TreeSet<String> folders = new TreeSet<>();
    List<JsonObject> files = new ArrayList<>();
    for (RepoFile file : commit.files().tailMap(prefix).values()) {
      if (!file.path().startsWith(prefix)) {
        break;
      }
      addFolders(folders, file.path(), prefix.length(), recursive);
      if (recursive || file.path().indexOf('/', prefix.length()) < 0) {
        files.add(ModelJson.treeFile(file));
      }
    }
    if (folders.isEmpty() && files.isEmpty() && !folder.isEmpty()) {
      throw HubError.entryNotFound(commit.sha());
    }
    List<JsonObject> entries = new ArrayList<>();
    folders.forEach(path -> entries.add(ModelJson.treeFolder(path, commit.sha())));
    entries.addAll(files);
    if (expand) {
      entries.forEach(entry -> ModelJson.expand(entry, commit));
    }
    return entries;
  }

  private static void addFolders(Set<String> folders, String path, int from, boolean recursive) {
    for (int slash = path.indexOf('/', from); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      folders.add(path.substring(0, slash));
      if (!recursive) {
        return;
      }
    }
  }
}

package io.github.bge4j.lucene;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.Output;
import io.github.bge4j.sparse.SparseTokenMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link BgeIndex}. Not thread-safe. */
public final class BgeIndexBuilder {

  /** Fewer and larger segments than by default; a vector of 1,024 components has 4 KiB. */
  private static final double WRITER_MEGABYTES = 64;

  /** Files of Lucene, also those that a process left which died before its first commit. */
  private static final Pattern LUCENE_FILE =
      Pattern.compile("_.+|(pending_)?segments_.+|write\\.lock");

  /** What systems put into folders unasked. */
  private static final Pattern SYSTEM_FILE = Pattern.compile("\\..*|lost\\+found");

  private final Path folder;
  private final BgeEmbedder embedder;
  private String model = "a model without a name";
  private @Nullable Set<Output> outputs;
  private SparseTokenMapper mapper = SparseTokenMapper.tokenizer();
  private Analyzer analyzer = new EnglishAnalyzer();

  BgeIndexBuilder(Path folder, BgeEmbedder embedder) {
    this.folder = folder;
    this.embedder = embedder;
  }

  /**
   * Sets what messages call the model. The index knows it by its vectors, not by this name.
   *
   * @param name such as {@code BAAI/bge-m3}
   * @return this
   */
  public BgeIndexBuilder model(String name) {
    this.model = name;
    return this;
  }

  /**
   * Sets what a new index stores. Default: {@link Output#DENSE}, and {@link Output#SPARSE} if the
   * model gives it; of an index that exists, what it has. Multi-vectors take 4 bytes a component,
   * for BGE-M3 4 KiB a token.
   *
   * @param outputs must have {@link Output#DENSE}
   * @return this
   * @throws InvalidOptionException if dense vectors are not among them
   */
  public BgeIndexBuilder outputs(Output... outputs) {
    Set<Output> chosen = EnumSet.of(Output.DENSE, outputs);
    if (!Arrays.asList(outputs).contains(Output.DENSE)) {
      throw new InvalidOptionException(
          "an index must have dense vectors: " + Arrays.toString(outputs) + "; add DENSE");
    }
    this.outputs = chosen;
    return this;
  }

  /**
   * Sets how token ids become the indices of sparse vectors. Default:
   * {@link SparseTokenMapper#tokenizer()}.
   *
   * @param mapper an index is for one of them
   * @return this
   */
  public BgeIndexBuilder sparseMapping(SparseTokenMapper mapper) {
    this.mapper = mapper;
    return this;
  }

  /**
   * Sets how BM25 finds the words of a text. Default: {@link EnglishAnalyzer}, which stems English.
   *
   * @param analyzer an index is for one class of them; not closed
   * @return this
   */
  public BgeIndexBuilder analyzer(Analyzer analyzer) {
    this.analyzer = analyzer;
    return this;
  }

  /**
   * Opens the index for reading and writing; makes it if the folder is not there, or has nothing
   * but files of the system. One process at a time can.
   *
   * @return an index, which the caller closes
   * @throws IndexMismatchException if it was made with another model or other settings
   * @throws InvalidOptionException if the model does not give an output, or has vectors that Lucene
   *     cannot hold
   * @throws IOException if the folder holds something else, is open for writing elsewhere, or
   *     cannot be written
   */
  public BgeIndex open() throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IOException("an index must be a folder: " + folder + " is a file");
    }
    Directory directory = FSDirectory.open(folder);
    try {
      if (!DirectoryReader.indexExists(directory)) {
        checkNothingElseIsThere();
      }
      return open(directory);
    } catch (LockObtainFailedException e) {
      directory.close();
      throw new IOException(
          "index " + folder + " must be open for writing once: it is so elsewhere; close it there,"
              + " or open it for reading",
          e);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private BgeIndex open(Directory directory) throws IOException {
    IndexWriter writer = new IndexWriter(
        directory, new IndexWriterConfig(analyzer).setRAMBufferSizeMB(WRITER_MEGABYTES));
    try {
      // Only who has the writer's lock can tell whether the index is new.
      IndexIdentity identity;
      if (DirectoryReader.indexExists(directory)) {
        identity = checked(userData(writer));
      } else {
        identity = identity(newOutputs());
        writer.setLiveCommitData(identity.toUserData().entrySet());
        // Whatever happens from here on, there is an index that can be opened.
        writer.commit();
      }
      return BgeIndex.writable(embedder, fields(identity), analyzer, directory, writer);
    } catch (IOException | RuntimeException e) {
      writer.rollback();
      throw e;
    }
  }

  private static Map<String, String> userData(IndexWriter writer) {
    Map<String, String> data = new HashMap<>();
    Iterable<Map.Entry<String, String>> entries = writer.getLiveCommitData();
    if (entries != null) {
      entries.forEach(entry -> data.put(entry.getKey(), entry.getValue()));
    }
    return data;
  }

  /**
   * Opens an index that exists, for reading. Any number of processes can, beside one that writes.
   *
   * @return an index, which the caller closes
   * @throws IndexMismatchException if it was made with another model or other settings
   * @throws InvalidOptionException if the model has vectors that Lucene cannot hold
   * @throws IOException if there is no index, or it cannot be read
   */
  public BgeIndex openReadOnly() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw none();
    }
    Directory directory = FSDirectory.open(folder);
    try {
      if (!DirectoryReader.indexExists(directory)) {
        throw none();
      }
      IndexIdentity identity = checked(SegmentInfos.readLatestCommit(directory).getUserData());
      return BgeIndex.readOnly(embedder, fields(identity), analyzer, directory);
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private IOException none() {
    return new IOException(
        "there must be an index in " + folder + ": there is none; make it first");
  }

  private Set<Output> newOutputs() {
    if (outputs == null) {
      Set<Output> usual = EnumSet.of(Output.DENSE, Output.SPARSE);
      usual.retainAll(embedder.outputs());
      return usual;
    }
    if (!embedder.outputs().containsAll(outputs)) {
      throw new InvalidOptionException("an index can have what the model gives, "
          + embedder.outputs() + ": " + outputs + " were asked for; leave the others out");
    }
    return outputs;
  }

  private IndexIdentity checked(Map<String, String> userData) {
    IndexIdentity recorded = IndexIdentity.read(userData);
    if (recorded == null) {
      throw new IndexMismatchException("index " + folder + " must be one of this library: it says"
          + " nothing of a model; choose another folder");
    }
    Set<Output> wanted = EnumSet.copyOf(outputs == null ? recorded.outputs() : outputs);
    wanted.retainAll(embedder.outputs());
    recorded.check(folder.toString(), identity(wanted));
    return recorded;
  }

  private IndexIdentity identity(Set<Output> stored) {
    DocumentFields.check(embedder);
    return IndexIdentity.of(embedder, model, stored, mapper, analyzer.getClass().getName());
  }

  private DocumentFields fields(IndexIdentity identity) {
    return new DocumentFields(
        embedder.similarity(), identity.outputs(), mapper, embedder.maxTokens());
  }

  /** Nobody wants an index among the files of a home directory. */
  private void checkNothingElseIsThere() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (!LUCENE_FILE.matcher(name).matches() && !SYSTEM_FILE.matcher(name).matches()) {
          throw new IOException("the folder of an index must be empty, new, or an index: " + folder
              + " has " + name + "; choose another");
        }
      }
    }
  }
}

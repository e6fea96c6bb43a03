package io.github.bge4j;

import io.github.bge4j.internal.hub.HubModels;
import io.github.bge4j.internal.hub.HubSettings;
import io.github.bge4j.internal.hub.WantedModel;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model of the Hugging Face hub, or a folder.
 *
 * <p>Opening it looks into the local cache first, which Python's {@code huggingface_hub} shares; a
 * model that is there, whole and undamaged, is used without a look at the network; whole is one
 * with configuration, tokenizer, weights, the modules that its {@code modules.json} names, and
 * heads if its name is bge-m3. A model without {@code modules.json} that another program got is
 * whole if its name is that of a BGE model, whose vectors need none, or if that program noted that
 * there is none; else the hub is asked once. What is missing is downloaded, each file checked
 * against the hash that the hub gives for it. Processes that open the same model at once download
 * it once. Where hub and cache are, the variables of {@code huggingface_hub} say:
 * {@code HF_ENDPOINT}, {@code HF_HOME}, {@code HF_HUB_CACHE}, {@code HF_TOKEN} and the token file,
 * {@code HF_HUB_OFFLINE}; methods of this class go before them.
 *
 * <p>Immutable and thread-safe.
 */
public final class HubSource implements ModelSource {

  private static final String MAIN = "main";
  private static final DownloadListener NOBODY = new DownloadListener() {};

  private final String name;
  private final @Nullable Path folder;
  private final String revision;
  private final HubSettings settings;
  private final DownloadListener listener;
  private final @Nullable String readyOnnx;

  HubSource(String name) {
    this(name, folder(name), MAIN, environment(), NOBODY, null);
    if (folder == null) {
      wanted();
    }
  }

  private HubSource(
      String name,
      @Nullable Path folder,
      String revision,
      HubSettings settings,
      DownloadListener listener,
      @Nullable String readyOnnx) {
    this.name = name;
    this.folder = folder;
    this.revision = revision;
    this.settings = settings;
    this.listener = listener;
    this.readyOnnx = readyOnnx;
  }

  private static @Nullable Path folder(String name) {
    try {
      Path path = Path.of(ModelOptions.notNull("model", name));
      // An empty one is the working directory, which nobody means.
      return !name.isEmpty() && Files.isDirectory(path) ? path : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private WantedModel wanted() {
    ModelPreset preset = ModelPreset.named(name);
    return new WantedModel(name, revision, preset.hasHeads(), preset.known(), readyOnnx);
  }

  static HubSettings environment() {
    return HubSettings.of(System::getenv, Path.of(System.getProperty("user.home")));
  }

  /**
   * Returns this source at another version. Default: {@code main}. A folder has one version only.
   *
   * @param revision a branch, a tag or a commit; a commit stays what it is
   * @return a new source
   * @throws InvalidOptionException if it cannot be a revision
   */
  public HubSource withRevision(String revision) {
    return new HubSource(
        name, folder, WantedModel.checkRevision(revision), settings, listener, readyOnnx);
  }

  /**
   * Returns this source with another cache. Default: what {@code HF_HUB_CACHE} or {@code HF_HOME}
   * say, otherwise {@code .cache/huggingface/hub} in the home directory.
   *
   * @param cache created if there is something to download
   * @return a new source
   */
  public HubSource withCache(Path cache) {
    return with(new HubSettings(
        settings.endpoint(),
        ModelOptions.notNull("cache", cache),
        settings.token(),
        settings.offline()));
  }

  /**
   * Returns this source at another hub, a mirror for example. Default: {@code HF_ENDPOINT},
   * otherwise huggingface.co.
   *
   * @param endpoint an http or https address, without a user
   * @return a new source
   * @throws InvalidOptionException if it is another
   */
  public HubSource withEndpoint(URI endpoint) {
    return with(new HubSettings(
        HubSettings.endpoint(ModelOptions.notNull("endpoint", endpoint).toString()),
        settings.cache(),
        settings.token(),
        settings.offline()));
  }

  /**
   * Returns this source with a token for private and gated models. Default: {@code HF_TOKEN},
   * otherwise the file {@code token} below {@code HF_HOME}.
   *
   * @param token sent to the endpoint, and to no host that it redirects to; null for none, whatever
   *     the environment says
   * @return a new source
   * @throws InvalidOptionException if it has characters that no token has
   */
  public HubSource withToken(@Nullable String token) {
    return with(new HubSettings(settings.endpoint(), settings.cache(), token, settings.offline()));
  }

  /**
   * Returns this source with or without the network. Default: {@code HF_HUB_OFFLINE}, otherwise
   * with.
   *
   * @param offline true for never touching it
   * @return a new source
   */
  public HubSource withOffline(boolean offline) {
    return with(new HubSettings(settings.endpoint(), settings.cache(), settings.token(), offline));
  }

  /**
   * Returns this source with someone who is told how a download goes.
   *
   * @param listener in place of the one before
   * @return a new source
   */
  public HubSource withListener(DownloadListener listener) {
    return new HubSource(
        name,
        folder,
        revision,
        settings,
        ModelOptions.notNull("download listener", listener),
        readyOnnx);
  }

  /**
   * Returns this source with an ONNX file of the model that runs as it is; see
   * {@link DirectorySource#asIs}, also for why it must be trusted. It is downloaded in place of
   * other weights.
   *
   * @param file its name below the model's folder, for example {@code onnx/model_quantized.onnx}
   * @return a new source
   * @throws InvalidOptionException if the name leads out of the folder
   */
  public HubSource asIs(String file) {
    return new HubSource(name, folder, revision, settings, listener, ModelFile.checkedName(file));
  }

  private HubSource with(HubSettings changed) {
    return new HubSource(name, folder, revision, changed, listener, readyOnnx);
  }

  /**
   * Asks the hub for the newest version of the revision, downloads what is missing, and reads every
   * file of it to see that it is undamaged. Opening a model does this by itself only for one that
   * is not in the cache.
   *
   * @return the folder of the files; a folder that was named is returned as it is
   * @throws HubException if the model is not to be had, or the network is off
   */
  public Path pull() {
    return folder != null ? folder : new HubModels(settings, listener).pull(wanted());
  }

  /** Returns the folder of the files, which are downloaded if they are not there. */
  Path find() {
    return folder != null ? folder : new HubModels(settings, listener).find(wanted());
  }

  @Nullable String readyOnnx() {
    return readyOnnx;
  }

  @Override
  public String toString() {
    return "HubSource[" + name + " at " + revision + "]";
  }
}

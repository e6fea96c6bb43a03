package io.github.bge4j.spring.boot;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeModelBuilder;
import io.github.bge4j.Device;
import io.github.bge4j.DeviceException;
import io.github.bge4j.HubSource;
import io.github.bge4j.InvalidOptionException;
import io.github.bge4j.ModelException;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Precision;
import io.github.bge4j.Truncation;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ResourceUtils;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/** What the properties of every model say; null leaves the choice to the library. */
interface ModelProperties {

  /** On the class path. */
  String RESOURCE = ResourceUtils.CLASSPATH_URL_PREFIX;

  String ONNX = ".onnx";

  /** Returns what the names of its properties begin with. */
  String prefix();

  @Nullable String model();

  @Nullable String tokenizer();

  @Nullable String revision();

  String device();

  @Nullable DataSize deviceMemoryLimit();

  @Nullable Precision precision();

  @Nullable Integer maxTokens();

  @Nullable Truncation truncation();

  @Nullable Integer threadsPerWorker();

  @Nullable Integer maxBatchTexts();

  @Nullable Path cacheDirectory();

  /** Returns what responses and observations call the model: its id, or the name of its file. */
  default @Nullable String label() {
    String model = model();
    if (model == null || !(isFile(model) || isFolder(model))) {
      return model;
    }
    String name = model.replaceAll("[/\\\\]+$", "");
    name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    name = name.substring(name.startsWith(RESOURCE) ? RESOURCE.length() : 0);
    return name.endsWith(ONNX) ? name.substring(0, name.length() - ONNX.length()) : name;
  }

  /** Returns where the model is to run. */
  default List<Device> devices() {
    try {
      return Device.parse(device());
    } catch (InvalidOptionException e) {
      throw below(prefix() + ".device", e);
    }
  }

  /**
   * Returns the devices that an executor for the model is made for. {@code auto} is left to the
   * library, which tries a card when it opens the model and says why it was not one; but an
   * executor is there before, and one for a card can run a model on the CPU, not the other way
   * round. So it is for a card if one is usable.
   */
  default List<Device> executorDevices() {
    List<Device> devices = devices();
    if (!devices.equals(List.of(Device.auto()))) {
      return devices;
    }
    boolean card = precision() != Precision.INT8 && isCardUsable();
    return List.of(card ? Device.cuda() : Device.cpu());
  }

  private static boolean isCardUsable() {
    try {
      BgeEmbedder.builder().device(Device.cuda()).requireUsableDevices();
      return true;
    } catch (DeviceException | ModelException e) {
      // The library finds the same when it opens the model, and says so.
      return false;
    }
  }

  /** Sets a builder up, as far as all models are alike. */
  default <B extends BgeModelBuilder<B>> B configure(
      B builder, HubProperties hub, ClassLoader loader) {
    builder.model(source(hub, loader)).devices(devices());
    DataSize memory = deviceMemoryLimit();
    set(memory == null ? null : memory.toBytes(), builder::deviceMemoryLimit);
    set(precision(), builder::precision);
    set(maxTokens(), builder::maxTokens);
    set(truncation(), builder::truncation);
    set(threadsPerWorker(), builder::threadsPerWorker);
    set(maxBatchTexts(), builder::maxBatchTexts);
    set(cacheDirectory(), builder::cacheDirectory);
    return builder;
  }

  private ModelSource source(HubProperties hub, ClassLoader loader) {
    String model = model();
    if (model == null) {
      throw new InvalidOptionException(prefix() + ".model must be set; name a folder, an id of the"
          + " hub such as BAAI/bge-m3, or an ONNX file");
    }
    if (!isFile(model)) {
      HubSource source = hub.apply(ModelSource.hub(model));
      String version = revision();
      return version == null ? source : source.withRevision(version);
    }
    String tokenizer = tokenizer();
    if (tokenizer == null || model.startsWith(RESOURCE) != tokenizer.startsWith(RESOURCE)) {
      throw new InvalidOptionException(prefix() + ".tokenizer must name the tokenizer.json of the"
          + " ONNX file " + model + ", both as files or both on the class path: " + tokenizer);
    }
    return model.startsWith(RESOURCE)
        ? ModelSource.onnxResource(
            loader, model.substring(RESOURCE.length()), tokenizer.substring(RESOURCE.length()))
        : ModelSource.onnx(Path.of(model), Path.of(tokenizer));
  }

  /** Says below which properties an option is wrong. */
  static InvalidOptionException below(String prefix, RuntimeException failure) {
    return new InvalidOptionException(prefix + ": " + failure.getMessage());
  }

  /** Returns null for a text that is empty, as of a variable that is not set. */
  static @Nullable String text(@Nullable String value) {
    return StringUtils.hasText(value) ? value : null;
  }

  /** Returns the name of a file, folder, resource or model as the library takes it. */
  static @Nullable String location(@Nullable String value) {
    String name = text(value);
    if (name == null) {
      return null;
    }
    if (name.startsWith(RESOURCE + "/")) {
      return RESOURCE + name.substring(RESOURCE.length() + 1);
    }
    try {
      return name.startsWith(ResourceUtils.FILE_URL_PREFIX)
          ? ResourceUtils.getFile(name).getPath()
          : name;
    } catch (FileNotFoundException e) {
      return name;
    }
  }

  private static boolean isFile(String model) {
    return model.startsWith(RESOURCE) || model.endsWith(ONNX);
  }

  private static boolean isFolder(String model) {
    try {
      return Files.isDirectory(Path.of(model));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  static <V> void set(@Nullable V value, Consumer<V> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}

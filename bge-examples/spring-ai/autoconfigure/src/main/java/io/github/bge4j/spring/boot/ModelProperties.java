package io.github.bge4j.spring.boot;

import io.github.bge4j.BgeEmbedder;
import io.github.bge4j.BgeModelBuilder;
import io.github.bge4j.Device;
import io.github.bge4j.DeviceException;
import io.github.bge4j.HubSource;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Precision;
import io.github.bge4j.Truncation;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;

/** What the properties of every model say; null leaves the choice to the library. */
interface ModelProperties {

  /** On the class path. */
  String RESOURCE = "classpath:";

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

  /**
   * Returns where the model is to run. {@code auto} is a card if one can be used: only then is it
   * known how many workers there have to be.
   */
  default List<Device> devices() {
    List<Device> devices = Device.parse(device());
    if (!devices.equals(List.of(Device.auto()))) {
      return devices;
    }
    if (precision() == Precision.INT8) {
      return List.of(Device.cpu());
    }
    try {
      BgeEmbedder.builder().device(Device.cuda()).requireUsableDevices();
      return List.of(Device.cuda());
    } catch (DeviceException e) {
      LoggerFactory.getLogger(ModelProperties.class)
          .warn("{}.device=auto is the CPU: {}", prefix(), e.getMessage());
      return List.of(Device.cpu());
    }
  }

  /** Sets a builder up, as far as all models are alike. */
  default <B extends BgeModelBuilder<B>> B configure(
      B builder, List<Device> devices, HubProperties hub, ClassLoader loader) {
    builder.model(source(hub, loader)).devices(devices);
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
    if (model == null || model.isBlank()) {
      throw invalid(
          "model",
          model,
          "A model must be named: a folder, an id of the hub such as"
              + " BAAI/bge-m3, or an ONNX file.");
    }
    if (!isFile(model)) {
      HubSource source = hub.apply(ModelSource.hub(model));
      String version = revision();
      return version == null ? source : source.withRevision(version);
    }
    String tokenizer = tokenizer();
    if (tokenizer == null || model.startsWith(RESOURCE) != tokenizer.startsWith(RESOURCE)) {
      throw invalid(
          "tokenizer",
          tokenizer,
          "An ONNX file needs its tokenizer.json named, both as"
              + " files or both on the class path: " + model + ".");
    }
    return model.startsWith(RESOURCE)
        ? ModelSource.onnxResource(
            loader, model.substring(RESOURCE.length()), tokenizer.substring(RESOURCE.length()))
        : ModelSource.onnx(Path.of(model), Path.of(tokenizer));
  }

  private InvalidConfigurationPropertyValueException invalid(
      String property, @Nullable String value, String rule) {
    return new InvalidConfigurationPropertyValueException(prefix() + "." + property, value, rule);
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

package io.github.bge4j.spark;

import io.github.bge4j.BgeModelBuilder;
import io.github.bge4j.Device;
import io.github.bge4j.ModelSource;
import io.github.bge4j.Precision;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * How a model is opened: sent to the executors as the caller said it, and there made complete by
 * {@link #inThisTask()}.
 *
 * @param model a name of {@code --files} or {@code --archives}, a folder, or an id of the hub
 * @param precision empty for what suits the device
 * @param device empty for what Spark gave the task
 * @param maxTokens 0 for the model's own limit
 * @param workers 0 for the executor's cores
 */
record ModelSettings(String model, String precision, String device, int maxTokens, int workers)
    implements Serializable {

  private static final String GPU = "gpu";
  private static final Pattern LOCAL_THREADS = Pattern.compile("local\\[(\\d+)(,\\d+)?\\]");

  /** Returns what these settings mean for the running task: equal for tasks that can share. */
  ModelSettings inThisTask() {
    String place = device.isEmpty() ? deviceOfTask() : device;
    return new ModelSettings(
        delivered(model), precision, place, maxTokens, workers == 0 ? cores() : workers);
  }

  /** Returns the folder that Spark brought, if it did. */
  private static String delivered(String name) {
    if (Path.of(name).isAbsolute()) {
      return name;
    }
    Path file = Path.of(SparkFiles.get(name)).normalize();
    // The root of an executor that was given no files is a folder, too.
    return Files.isDirectory(file) ? file.toString() : name;
  }

  /** Several cards given to one task run one model together. */
  private static String deviceOfTask() {
    ResourceInformation gpu = TaskContext.get().resourcesJMap().get(GPU);
    if (gpu == null || gpu.addresses().length == 0) {
      return Device.cpu().toString();
    }
    return "cuda:" + String.join(",", List.of(gpu.addresses()));
  }

  /** Returns how many tasks of one core this executor runs at a time. */
  private static int cores() {
    int seen = Runtime.getRuntime().availableProcessors();
    String configured = SparkEnv.get().conf().get("spark.executor.cores", "");
    if (!configured.isEmpty()) {
      return Integer.parseInt(configured);
    }
    Matcher local = LOCAL_THREADS.matcher(SparkEnv.get().conf().get("spark.master", ""));
    return local.matches() ? Math.min(seen, Integer.parseInt(local.group(1))) : seen;
  }

  /** Sets what the settings of a task say. */
  <B extends BgeModelBuilder<B>> B applyTo(B builder) {
    List<Device> devices = Device.parse(device);
    builder.model(ModelSource.hub(model)).devices(devices);
    if (!precision.isEmpty()) {
      builder.precision(Precision.valueOf(precision.toUpperCase(Locale.ROOT)));
    }
    if (maxTokens > 0) {
      builder.maxTokens(maxTokens);
    }
    if (devices.get(0).kind() != Device.Kind.CUDA) {
      builder.workers(workers);
    }
    return builder;
  }
}

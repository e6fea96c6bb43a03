package io.github.bge4j.internal.checkpoint;

import io.github.bge4j.ModelException;
import io.github.bge4j.internal.checkpoint.VectorRecipe.Activation;
import io.github.bge4j.internal.checkpoint.VectorRecipe.Dense;
import io.github.bge4j.internal.checkpoint.VectorRecipe.Step;
import io.github.bge4j.internal.checkpoint.VectorRecipe.UnitLength;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The modules that Sentence Transformers puts together to a model, as {@code modules.json} names
 * them: a transformer, a pooling, and what is done to the pooled vector. Whatever is not understood
 * is refused (docs/adr/0007).
 *
 * <p>Source: {@code base/model.py} and the modules of Sentence Transformers 2.0 to 6.2. Not
 * thread-safe; used once.
 */
final class SentenceModules {

  private static final String VECTOR = "sentence_embedding";
  private static final int MAX_MODULES = 32;

  private static final Set<String> SUPPORTED =
      Set.of("Transformer", "Pooling", "Dense", "LayerNorm", "Normalize", "Dropout");

  private final Path root;
  private Path transformer;
  private @Nullable PoolingSettings pooling;
  private boolean pooled = true;
  private int width;
  private final List<Step> steps = new ArrayList<>();

  /** Whether the vector has length 1 after these steps. */
  private boolean unitLength;

  private SentenceModules(Path root) {
    this.root = root;
    this.transformer = root;
  }

  /**
   * Reads the modules of a folder. One without {@code modules.json} is a plain model of
   * transformers, which FlagEmbedding pools by CLS; if it has a {@code 1_Pooling}, that counts.
   *
   * @throws ModelException if a file is damaged, or a module is not understood
   */
  static SentenceModules read(Path root) {
    SentenceModules modules = new SentenceModules(root);
    Path file = root.resolve(NeededFiles.MODULES);
    if (Files.exists(file)) {
      modules.readAll(file);
    } else {
      modules.readPlain();
    }
    return modules;
  }

  /** Returns the folder of the transformer. */
  Path transformer() {
    return transformer;
  }

  /** Returns whether its states are pooled; a cross-encoder's are not. */
  boolean pooled() {
    return pooled;
  }

  /** Returns whether a pooling was read, of a list or alone. */
  boolean hasPooling() {
    return pooling != null;
  }

  /**
   * Returns what is done with its states.
   *
   * @throws ModelException if they are not pooled
   */
  VectorRecipe recipe() {
    if (!pooled) {
      throw new ModelException("an embedding model must have a Pooling: a Transformer alone, in "
          + root.resolve(NeededFiles.MODULES) + "; use BgeReranker for a cross-encoder");
    }
    return new VectorRecipe(
        pooling == null ? VectorRecipe.BGE.pooling() : pooling.modes(),
        steps,
        unitLength,
        pooling == null || pooling.poolsPrompt());
  }

  /** Returns the width of the token states that the pooling takes; 0 if it does not say. */
  int stateWidth() {
    return pooling == null ? 0 : pooling.stateWidth();
  }

  private void readPlain() {
    Path config = root.resolve(NeededFiles.POOLING_FOLDER).resolve(NeededFiles.CONFIG);
    if (Files.exists(config)) {
      readPooling(config);
    }
    for (String name : List.of("2_Dense", "3_Dense", "2_LayerNorm", "3_LayerNorm")) {
      if (Files.exists(root.resolve(name))) {
        throw new ModelException("a folder with " + name + " must have a " + NeededFiles.MODULES
            + ", which says what it is for: none, in " + root + "; get the whole model");
      }
    }
    unitLength = true;
  }

  private void readAll(Path file) {
    List<JsonFields> modules = JsonFields.readList(Region.ofFile(file));
    if (modules.isEmpty() || modules.size() > MAX_MODULES) {
      throw new ModelException("a model must have from 1 to " + MAX_MODULES + " modules: "
          + modules.size() + ", in " + file + "; the file is damaged");
    }
    pooled = modules.size() > 1;
    Set<String> names = new HashSet<>();
    for (int i = 0; i < modules.size(); i++) {
      JsonFields module = modules.get(i);
      module.requireOnly(Set.of("idx", "name", "path", "type", "kwargs"));
      module.requireEmpty("kwargs");
      if (module.has("name") && !names.add(module.string("name", null))) {
        throw new ModelException("modules must have different names: " + module.string("name", null)
            + " comes twice, in " + file + "; the file is damaged");
      }
      String type = type(module);
      if (type.equals("Transformer") != (i == 0) || type.equals("Pooling") != (i == 1)) {
        throw new ModelException("the modules of a model must be a Transformer, a Pooling, and what"
            + " follows them: module " + i + " is " + type + ", in " + file
            + "; models that are made in another way are not supported");
      }
      String path = module.string("path", "");
      Path folder = path.isEmpty() ? root : Siblings.resolve(file, path);
      switch (type) {
        case "Transformer" -> transformer = folder;
        case "Pooling" -> readPooling(folder.resolve(NeededFiles.CONFIG));
        case "Dense" -> readDense(folder);
        case "LayerNorm" -> readLayerNorm(folder);
        case "Normalize" -> readNormalize(folder);
        default -> {} // Dropout does nothing after training.
      }
    }
  }

  /**
   * The class of a module, without its package, which changed with every generation. Only classes
   * of Sentence Transformers are what their names say.
   */
  private static String type(JsonFields module) {
    String type = module.string("type", null);
    String name = type.substring(type.lastIndexOf('.') + 1);
    if (!type.startsWith("sentence_transformers.") || !SUPPORTED.contains(name)) {
      throw new ModelException("modules must be of Sentence Transformers' "
          + new TreeSet<>(SUPPORTED) + ": " + type + ", in " + module.file()
          + "; vectors of this model need code that is not here");
    }
    return name;
  }

  private void readPooling(Path file) {
    PoolingSettings settings = PoolingSettings.read(file);
    pooling = settings;
    width = settings.stateWidth() * settings.modes().size();
  }

  private void readDense(Path folder) {
    JsonFields fields = JsonFields.read(Region.ofFile(folder.resolve(NeededFiles.CONFIG)));
    fields.requireOnly(Set.of(
        "in_features",
        "out_features",
        "bias",
        "activation_function",
        "module_input_name",
        "module_output_name",
        "use_residual"));
    requireVectors(fields);
    if (fields.flag("use_residual")) {
      throw new ModelException("use_residual must be false: true, in " + fields.file()
          + "; Dense modules with a residual are not supported");
    }
    int in = fields.integer("in_features", 0, 1, ModelConfig.MAX_WIDTH);
    int out = fields.integer("out_features", 0, 1, ModelConfig.MAX_WIDTH);
    if (width != 0 && in != width) {
      throw new ModelException("in_features must be what the modules before give, " + width + ": "
          + in + ", in " + fields.file() + "; do the files of the model belong together?");
    }
    width = out;
    SmallLayer layer = layer(folder);
    if (fields.flag("bias", true) != (layer.bias() != null)) {
      throw new ModelException("bias must be true where the weights have one, and nowhere else: "
          + fields.flag("bias", true) + ", in " + fields.file()
          + "; do the files of the model belong together?");
    }
    add(new Dense(layer.linear(out, in), activation(fields)));
  }

  private static Activation activation(JsonFields fields) {
    String name = fields.string("activation_function", "torch.nn.modules.activation.Tanh");
    return Arrays.stream(Activation.values())
        .filter(activation ->
            name.startsWith("torch.nn.modules.") && name.endsWith("." + activation.torchName()))
        .findFirst()
        .orElseThrow(() -> new ModelException("activation_function must be one of torch.nn's "
            + Arrays.stream(Activation.values()).map(Activation::torchName).toList() + ": " + name
            + ", in " + fields.file() + "; other activations are not supported"));
  }

  private void readLayerNorm(Path folder) {
    JsonFields fields = JsonFields.read(Region.ofFile(folder.resolve(NeededFiles.CONFIG)));
    fields.requireOnly(Set.of("dimension"));
    int size = fields.integer("dimension", 0, 1, ModelConfig.MAX_WIDTH);
    add(layer(folder).norm(size));
  }

  /** Older versions write no settings, and no folder. */
  private void readNormalize(Path folder) {
    Path config = folder.resolve(NeededFiles.CONFIG);
    if (!folder.equals(root) && Files.exists(config)) {
      JsonFields fields = JsonFields.read(Region.ofFile(config));
      fields.requireOnly(Set.of("module_input_name", "module_output_name"));
      requireVectors(fields);
    }
    endUnitLength();
    unitLength = true;
  }

  private void add(Step step) {
    endUnitLength();
    steps.add(step);
  }

  /** A vector that something is done to afterwards is scaled before. */
  private void endUnitLength() {
    if (unitLength) {
      steps.add(new UnitLength());
    }
    unitLength = false;
  }

  private static void requireVectors(JsonFields fields) {
    for (String name : List.of("module_input_name", "module_output_name")) {
      if (!fields.string(name, VECTOR).equals(VECTOR)) {
        throw new ModelException(name + " must be " + VECTOR + ": "
            + fields.string(name, VECTOR) + ", in " + fields.file()
            + "; modules on anything but the pooled vector are not supported");
      }
    }
  }

  private static SmallLayer layer(Path folder) {
    return SmallLayer.find(folder, NeededFiles.LAYER_WEIGHTS)
        .orElseThrow(
            () -> new ModelException("a module must have its weights in model.safetensors or"
                + " pytorch_model.bin: none, in " + folder + "; get the whole model"));
  }
}

package io.github.bge4j.spring.boot;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * What a native image needs of the two native libraries: their files, and the classes that they
 * make or throw. Models on the class path are the application's own to register.
 */
final class BgeRuntimeHints implements RuntimeHintsRegistrar {

  /** All that ONNX Runtime 1.28.0 and tokenizers 0.38.0 look up by name. */
  private static final List<String> MADE_BY_NATIVE_CODE = List.of(
      "ai.djl.engine.EngineException",
      "ai.djl.huggingface.tokenizers.jni.CharSpan",
      "ai.onnxruntime.MapInfo",
      "ai.onnxruntime.NodeInfo",
      "ai.onnxruntime.OnnxMap",
      "ai.onnxruntime.OnnxModelMetadata",
      "ai.onnxruntime.OnnxSequence",
      "ai.onnxruntime.OnnxSparseTensor",
      "ai.onnxruntime.OnnxTensor",
      "ai.onnxruntime.OnnxValue",
      "ai.onnxruntime.OrtException",
      "ai.onnxruntime.SequenceInfo",
      "ai.onnxruntime.TensorInfo",
      "java.lang.RuntimeException",
      "java.lang.String",
      "java.lang.UnsupportedOperationException");

  @Override
  public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
    hints.resources().registerPattern("ai/onnxruntime/native/**");
    hints.resources().registerPattern("native/lib/**");
    for (String name : MADE_BY_NATIVE_CODE) {
      hints
          .jni()
          .registerType(
              TypeReference.of(name),
              MemberCategory.INVOKE_DECLARED_CONSTRUCTORS,
              MemberCategory.INVOKE_DECLARED_METHODS,
              MemberCategory.DECLARED_FIELDS);
    }
  }
}

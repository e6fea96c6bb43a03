package io.github.bge4j.internal.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import java.util.logging.Logger;

/** Takes the environment as another library of the JVM left it, and says which it is. */
final class OnnxEnvironmentProgram {

  private OnnxEnvironmentProgram() {}

  /** With an argument, another library is first. */
  public static void main(String[] args) throws OrtException {
    if (args.length > 0) {
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "other");
    }
    OrtEnvironment environment = OnnxEnvironment.get();
    System.out.println(environment == OnnxEnvironment.get());
    System.out.println(environment.toString().replaceAll(",version.*", ""));
    System.out.println(Logger.getLogger(OrtEnvironment.class.getName()).getLevel());
  }
}

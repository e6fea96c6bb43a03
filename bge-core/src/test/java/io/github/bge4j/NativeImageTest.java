package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.Jdk;
import io.github.bge4j.testing.Page;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Executable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the jar tells the builder of a native image, against the native libraries that it is told
 * of: no image is built here.
 */
@Timeout(120)
class NativeImageTest {

  private static final String FOLDER = "/META-INF/native-image/io.github.bge4j/bge-core/";

  /** A class as native code asks for it; in the tokenizer's library text may follow at once. */
  private static final Pattern CLASS_NAME =
      Pattern.compile("(?:ai/onnxruntime|ai/djl|java/lang)(?:/[a-z]+)*/[A-Z][A-Za-z0-9$]*+(?!;)");

  /** A constructor as native code names it. */
  private static final Pattern SIGNATURE =
      Pattern.compile("\\((?:\\[*(?:[ZBCSIJFD]|L(?:ai|java)/[A-Za-z0-9/$]+;))+\\)V");

  private static final List<String> ONNX_RUNTIME = List.of(
      "ai/onnxruntime/native/linux-x64/libonnxruntime4j_jni.so",
      "ai/onnxruntime/native/linux-aarch64/libonnxruntime4j_jni.so",
      "ai/onnxruntime/native/osx-aarch64/libonnxruntime4j_jni.dylib",
      "ai/onnxruntime/native/win-x64/onnxruntime4j_jni.dll");

  private static final List<String> TOKENIZERS = List.of(
      "native/lib/linux-x86_64/cpu/libtokenizers.so",
      "native/lib/linux-aarch64/cpu/libtokenizers.so",
      "native/lib/osx-aarch64/cpu/libtokenizers.dylib",
      "native/lib/win-x86_64/cpu/tokenizers.dll");

  /** What a JDK has only from that version on; the libraries do without on an older one. */
  private static final Map<String, Integer> SINCE =
      Map.of("float16ToFloat", 20, "floatToFloat16", 20, "isVirtual", 21);

  @TempDir
  private Path folder;

  private static JsonElement read(String file) throws IOException {
    return JsonParser.parseString(new String(bytes(FOLDER + file), StandardCharsets.UTF_8));
  }

  private static byte[] bytes(String resource) throws IOException {
    try (InputStream in = NativeImageTest.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      return in.readAllBytes();
    }
  }

  private static Stream<JsonObject> objects(JsonElement array) {
    return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject);
  }

  private static Stream<JsonObject> types(boolean jni) throws IOException {
    return objects(read("reachability-metadata.json").getAsJsonObject().get("reflection"))
        .filter(type -> type.has("jniAccessible") == jni);
  }

  private static Stream<JsonObject> methods(JsonObject type) {
    return type.has("methods") ? objects(type.get("methods")) : Stream.empty();
  }

  private static List<String> parameters(JsonObject method) {
    return StreamSupport.stream(method.getAsJsonArray("parameterTypes").spliterator(), false)
        .map(JsonElement::getAsString)
        .toList();
  }

  private static Stream<Executable> members(Class<?> type, String name) {
    return name.equals("<init>")
        ? Arrays.stream(type.getDeclaredConstructors())
        : Arrays.stream(type.getDeclaredMethods())
            .filter(method -> method.getName().equals(name))
            .map(Executable.class::cast);
  }

  private static boolean exists(Class<?> type, JsonObject method) {
    return members(type, method.get("name").getAsString())
        .anyMatch(member -> Arrays.stream(member.getParameterTypes())
            .map(Class::getCanonicalName)
            .toList()
            .equals(parameters(method)));
  }

  private static void assertThatAllExists(JsonObject type) {
    try {
      Class<?> found = Class.forName(
          type.get("type").getAsString(), false, NativeImageTest.class.getClassLoader());
      assertThat(methods(type)).allSatisfy(method -> {
        String name = method.get("name").getAsString();
        assertThat(exists(found, method))
            .as("%s.%s%s", found.getName(), name, parameters(method))
            .isEqualTo(Runtime.version().feature() >= SINCE.getOrDefault(name, 0));
      });
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void typesForNativeCode_withTheirConstructors_exist() throws Exception {
    assertThat(types(true)).hasSize(16).allSatisfy(NativeImageTest::assertThatAllExists);
  }

  @Test
  void typesForReflection_withTheirMethods_exist() throws Exception {
    assertThat(types(false)).hasSize(3).allSatisfy(NativeImageTest::assertThatAllExists);
  }

  @Test
  void nativeLibraries_everyClassTheyName_isRegistered() throws Exception {
    Set<String> registered = types(true)
        .map(type -> type.get("type").getAsString().replace('.', '/'))
        .collect(Collectors.toCollection(TreeSet::new));
    Set<String> exact = new TreeSet<>();
    for (String library : ONNX_RUNTIME) {
      Set<String> here = found(CLASS_NAME, library);
      assertThat(here).as(library).hasSizeGreaterThan(10);
      assertThat(registered).as(library).containsAll(here);
      exact.addAll(here);
    }
    Set<String> begun = new TreeSet<>();
    for (String library : TOKENIZERS) {
      Set<String> here = found(CLASS_NAME, library);
      assertThat(here).as(library).hasSizeGreaterThan(3);
      assertThat(here)
          .as(library)
          .allSatisfy(name -> assertThat(registered).anyMatch(name::startsWith));
      begun.addAll(here);
    }
    assertThat(registered)
        .filteredOn(type -> !exact.contains(type))
        .isNotEmpty()
        .allSatisfy(type -> assertThat(begun).anyMatch(name -> name.startsWith(type)));
  }

  @Test
  void onnxRuntime_everyConstructorItNames_isRegistered() throws Exception {
    Set<String> registered = types(true)
        .flatMap(NativeImageTest::methods)
        .map(NativeImageTest::signature)
        .collect(Collectors.toCollection(TreeSet::new));
    for (String library : ONNX_RUNTIME) {
      Set<String> named = found(SIGNATURE, library);
      assertThat(named).as(library).hasSizeGreaterThan(8);
      assertThat(registered).as(library).containsAll(named);
    }
  }

  /** Returns the parameters of a constructor as native code writes them. */
  private static String signature(JsonObject constructor) {
    return parameters(constructor).stream()
        .map(NativeImageTest::descriptor)
        .collect(Collectors.joining("", "(", ")V"));
  }

  private static String descriptor(String type) {
    if (type.endsWith("[]")) {
      return "[" + descriptor(type.substring(0, type.length() - 2));
    }
    return switch (type) {
      case "int" -> "I";
      case "long" -> "J";
      default -> "L" + type.replace('.', '/') + ";";
    };
  }

  private static Set<String> found(Pattern pattern, String library) throws IOException {
    String text = new String(bytes("/" + library), StandardCharsets.ISO_8859_1);
    Matcher matcher = pattern.matcher(text);
    Set<String> found = new TreeSet<>();
    while (matcher.find()) {
      found.add(matcher.group());
    }
    return found;
  }

  @Test
  void resources_everyPattern_findsAFile_andEveryNativeLibraryIsFound() throws Exception {
    List<String> files = filesOfTheJars();
    List<String> globs = objects(
            read("reachability-metadata.json").getAsJsonObject().get("resources"))
        .map(resource -> resource.get("glob").getAsString())
        .toList();
    List<Pattern> patterns = globs.stream()
        .map(glob -> Pattern.compile(Arrays.stream(glob.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining("[^/]*"))))
        .toList();
    assertThat(patterns)
        .allSatisfy(pattern -> assertThat(files).anyMatch(pattern.asMatchPredicate()));
    assertThat(files)
        .filteredOn(file -> file.matches(".*\\.(so|dll|dylib)") && !file.contains("dSYM"))
        .hasSizeGreaterThan(12)
        .allSatisfy(file ->
            assertThat(patterns).anyMatch(pattern -> pattern.matcher(file).matches()));
  }

  private static List<String> filesOfTheJars() throws IOException {
    Stream.Builder<String> files = Stream.builder();
    for (String entry : Jdk.classPath().split(File.pathSeparator, -1)) {
      String name = Path.of(entry).getFileName().toString();
      if (name.startsWith("onnxruntime-") || name.startsWith("tokenizers-")) {
        try (JarFile jar = new JarFile(entry)) {
          for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
            files.add(all.nextElement().getName());
          }
        }
      }
    }
    return files.build().toList();
  }

  /** GraalVM for JDK 17 to 22 does not know the newer file. */
  @Test
  void olderFiles_sayTheSame() throws Exception {
    JsonObject current = read("reachability-metadata.json").getAsJsonObject();
    JsonArray both = read("jni-config.json").getAsJsonArray();
    both.addAll(read("reflect-config.json").getAsJsonArray());
    assertThat(objects(both).map(JsonObject::toString))
        .containsExactlyElementsOf(objects(current.get("reflection"))
            .map(type -> {
              JsonObject old = new JsonObject();
              old.add("name", type.get("type"));
              if (type.has("methods")) {
                old.add("methods", type.get("methods"));
              }
              return old.toString();
            })
            .toList());
    JsonElement included = read("resource-config.json")
        .getAsJsonObject()
        .getAsJsonObject("resources")
        .get("includes");
    assertThat(objects(included).map(include -> include.get("pattern").getAsString()))
        .containsExactlyElementsOf(objects(current.get("resources"))
            .map(resource ->
                resource.get("glob").getAsString().replace(".", "\\.").replace("*", "[^/]+"))
            .toList());
  }

  @Test
  void program_asItStandsInTheReadme_runsInAJvm() throws Exception {
    List<String> printed = Page.of("bge-core/README.md")
        .program("Small")
        .run(
            folder,
            GoldenFiles.path("m3").toString(),
            GoldenFiles.writeModel("reranker-label0", folder.resolve("reranker"))
                .toString());
    assertThat(printed).hasSize(1);
    assertThat(printed.get(0)).matches("64 numbers, \\d+ weights, score -?\\d.*");
  }
}

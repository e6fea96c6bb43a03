package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.bge4j.testing.GoldenFiles;
import io.github.bge4j.testing.hub.TestHub;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Old versions of what others use too, in a parent of our class loader: gson 2.2.4 and protobuf
 * 2.5.0, as Hadoop and Spark 3.5 with Hive bring them. Maven puts them into the build's folder.
 */
@Timeout(120)
class CrowdedClassPathTest {

  private static final String GSON = "com.google.gson";

  @TempDir
  private Path folder;

  private static List<Path> oldLibraries() throws IOException {
    Path libraries = Path.of(System.getProperty("basedir", "")).resolve("target/old-libraries");
    try (Stream<Path> files = Files.list(libraries)) {
      List<Path> found = files.sorted().toList();
      assertThat(found)
          .extracting(file -> file.getFileName().toString())
          .containsExactly("gson-2.2.4.jar", "protobuf-java-2.5.0.jar");
      return found;
    }
  }

  @Test
  void application_oldLibrariesInFront_givesWhatItGivesElsewhere() throws Exception {
    GoldenFiles.writeModel("bert", folder.resolve("bert"));
    GoldenFiles.writeModel("reranker-label0", folder.resolve("reranker"));
    try (TestHub hub = TestHub.start();
        ApplicationLoader crowded = ApplicationLoader.behind(oldLibraries())) {
      hub.add(GoldenFiles.m3());
      String places = folder + "\n" + hub.endpoint() + "\n" + GoldenFiles.path("m3");
      Function<String, String> application = crowded.make(CrowdedApplication.class);

      String told = application.apply(places);

      assertThat(told).isEqualTo(new CrowdedApplication().apply(places));
      assertThat(placeOf(crowded.loader().loadClass("com.google.gson.Gson")))
          .endsWith("gson-2.2.4.jar");
      assertThat(placeOf(crowded.loader().loadClass("com.google.protobuf.Message")))
          .endsWith("protobuf-java-2.5.0.jar");
    }
  }

  @Test
  void gson_everythingWeUse_isInTheOldVersion() throws Exception {
    JavaClasses ours = new ClassFileImporter()
        .withImportOption(new ArchitectureTest.WithoutTests())
        .importPackages("io.github.bge4j");
    List<? extends JavaAccess<?>> uses = ours.stream()
        .flatMap(type -> type.getAccessesFromSelf().stream())
        .filter(use -> use.getTargetOwner().getPackageName().startsWith(GSON))
        .toList();
    assertThat(uses).hasSizeGreaterThan(20);
    try (ApplicationLoader old = ApplicationLoader.behind(oldLibraries())) {
      assertThat(uses)
          .allSatisfy(use -> assertThat(exists(use.getTarget(), old.loader()))
              .as(use.getDescription())
              .isTrue());
    }
  }

  private static boolean exists(AccessTarget target, ClassLoader loader) throws Exception {
    Class<?> owner = loader.loadClass(target.getOwner().getName());
    if (target instanceof AccessTarget.CodeUnitAccessTarget code) {
      List<String> parameters =
          code.getRawParameterTypes().stream().map(JavaClass::getName).toList();
      String result = code.getRawReturnType().getName();
      Stream<Executable> members =
          Stream.concat(Arrays.stream(owner.getConstructors()), Arrays.stream(owner.getMethods()));
      return members.anyMatch(member -> (member instanceof Method method
              ? method.getName().equals(code.getName())
                  && method.getReturnType().getName().equals(result)
              : code.getName().equals("<init>"))
          && Arrays.stream(member.getParameterTypes())
              .map(Class::getName)
              .toList()
              .equals(parameters));
    }
    return Arrays.stream(owner.getFields())
        .anyMatch(field -> field.getName().equals(target.getName()));
  }

  private static String placeOf(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().getPath();
  }
}

package io.github.bge4j.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check is alive: it sees changes of compiled classes. */
final class ApiCheckTest {

  private static final String RELEASED = """
      package p;
      public interface Shape extends java.io.Serializable {
        int SIDES = 4;
        double area(java.util.List<? extends Number> sides) throws java.io.IOException;
        record Size(int width) { private static class Hidden {} }
        enum Kind { ROUND }
        @interface Mark { int value() default 1; }
      }
      abstract class Base<T extends Comparable<T>> {
        public void inherited() {}
        protected T kept;
        void hidden() {}
      }
      class Inner { public static class Unreachable {} }
      """;

  private static final String BOX = """
      package p;
      public final class Box extends Base<String> implements Runnable, Cloneable {
        public Box(String name) {}
        public void run() {}
      }
      """;

  private static final String MODULE = """
      open module p.m {
        exports p;
        exports p.internal to java.xml, java.sql;
        requires transitive java.xml;
        requires static java.sql;
      }
      """;

  @TempDir
  private static Path directory = Path.of("");

  private static SortedSet<ApiElement> released = new TreeSet<>();

  @BeforeAll
  static void compileReleased() throws IOException {
    released = api(RELEASED, BOX);
  }

  private static SortedSet<ApiElement> api(String shape, String box) throws IOException {
    return api(MODULE, shape, box);
  }

  /** Returns the API of what the compiler makes of three files. */
  private static SortedSet<ApiElement> api(String descriptor, String shape, String box)
      throws IOException {
    Path folder = Files.createTempDirectory(directory, "sources");
    Path classes = folder.resolve("classes");
    Path module = folder.resolve("module-info.java");
    Files.writeString(module, descriptor);
    Path internal = folder.resolve("Secret.java");
    Files.writeString(internal, "package p.internal; public class Secret {}");
    Path first = Files.writeString(folder.resolve("Shape.java"), shape);
    Path second = Files.writeString(folder.resolve("Box.java"), box);
    int exit = ToolProvider.findFirst("javac")
        .orElseThrow()
        .run(
            System.out,
            System.err,
            "--module-version",
            "1",
            "-d",
            classes.toString(),
            module.toString(),
            internal.toString(),
            first.toString(),
            second.toString());
    assertThat(exit).isZero();
    return ClassFiles.api(classes);
  }

  private static List<String> problems(String shape, String box, String changelog)
      throws IOException {
    return problems(api(shape, box), changelog);
  }

  private static List<String> problems(SortedSet<ApiElement> actual, String changelog) {
    ApiFile recorded = ApiFile.parse(new ApiFile(released, actual).format());
    assertThat(recorded).isEqualTo(new ApiFile(released, actual));
    return ApiCheck.problems("p/api.txt", recorded, actual, Changelog.parse(changelog));
  }

  private static String incompatible(String text) {
    return "# Changelog\n\n## 2 (unreleased)\n\n### API\n\n- New.\n\n### Incompatible\n\n- " + text
        + "\n\n### Fixes\n\n- `Base.kept`\n\n## 1\n\n### Incompatible\n\n- `Base.kept`\n";
  }

  @Test
  void api_ofClasses_isWhatOthersCanUse() {
    assertThat(new ApiFile(released, released).format()).isEqualTo("""
        # The public API; + is new since the last release, - is gone (docs/api-policy.md).
          abstract class p.Base<T extends Comparable<T>>
            public void inherited()
            protected T kept
          public final class p.Box
            extends p.Base<String>
            implements Cloneable
            implements Runnable
            public p.Box(String)
            public void inherited()
            public void run()
          public interface p.Shape
            extends java.io.Serializable
            public static final int SIDES = 4
            public abstract double area(java.util.List<? extends Number>) throws java.io.IOException
          public final class p.Shape.Kind
            extends Enum<p.Shape.Kind>
            public static final p.Shape.Kind ROUND
            public static p.Shape.Kind valueOf(String)
            public static p.Shape.Kind[] values()
          public interface p.Shape.Mark
            extends java.lang.annotation.Annotation
            public abstract int value() default
          public final class p.Shape.Size
            extends Record
            public p.Shape.Size(int)
            public int width()
          open module p.m
            exports p
            requires transitive java.xml
        """);
  }

  @Test
  void problems_nothingChanged_areNone() throws IOException {
    assertThat(problems(RELEASED, BOX, "")).isEmpty();
  }

  @Test
  void problems_addition_areNoneOnceItIsRecorded() throws IOException {
    String more = BOX.replace("public void run", "public void more() {} public void run");
    assertThat(problems(RELEASED, more, "")).isEmpty();
    assertThat(ApiCheck.problems(
            "p/api.txt", new ApiFile(released, released), api(RELEASED, more), new Changelog("")))
        .singleElement()
        .asString()
        .startsWith("p/api.txt must have what the classes have: public void more() of p.Box;"
            + " record it, mvn ")
        .endsWith("-Dbge.api=record");
  }

  /** Also where the change was recorded. */
  @Test
  void problems_memberGone_isNamedOrAnError() throws IOException {
    String changed = RELEASED.replace("protected T kept;", "");
    assertThat(problems(changed, BOX, incompatible("`Box.run`, not `Base.keptBy`, Base.kept")))
        .containsExactly("CHANGELOG.md must name `Base.kept` under \"### Incompatible\" of its"
            + " first section: protected T kept of p.Base is gone; write how to get along,"
            + " or keep what was released");
    assertThat(problems(changed, BOX, incompatible("`Base.kept` is gone."))).isEmpty();
  }

  @Test
  void problems_otherIncompatibleChanges_areNamed() throws IOException {
    String shape = RELEASED
        .replace("int SIDES = 4", "void draw(); int SIDES = 5")
        .replace("enum Kind", "enum Sort");
    String box = BOX.replace(", Cloneable", "").replace("(String name)", "()");
    assertThat(problems(shape, box, incompatible("`Shape.area`, `Boxes`")))
        .satisfiesExactly(
            problem ->
                assertThat(problem).contains("`Box`", ": implements Cloneable of p.Box is gone"),
            problem ->
                assertThat(problem).contains("`Box`", ": public p.Box(String) of p.Box is gone"),
            problem ->
                assertThat(problem).contains("`Shape.SIDES`", "SIDES = 4 of p.Shape is gone"),
            problem -> assertThat(problem)
                .contains("`Shape.Kind`", ": public final class p.Shape.Kind is gone"),
            problem -> assertThat(problem)
                .contains(
                    "`Shape.draw`",
                    ": public abstract void draw() of p.Shape must be implemented now"));
    assertThat(problems(
            shape,
            box,
            incompatible(
                "`Box()` in place of `Box(String)`; `Shape.SIDES`, `Shape.Kind`, `Shape.draw`")))
        .isEmpty();
  }

  /** Also of a supertype that is itself new, or of another library. */
  @Test
  void problems_newSupertypeOfWhatOthersImplement_isNamed() throws IOException {
    String shape = RELEASED
            .replace("extends java.io.Serializable", "extends java.io.Serializable, Sized")
            .replace("Comparable<T>>", "Comparable<T>> implements AutoCloseable")
        + "interface Sized { int size(); }";
    String box = BOX.replace("Cloneable", "Cloneable, java.io.Serializable")
        .replace("public void run", "public void close() {} public void run");
    assertThat(problems(shape, box, ""))
        .satisfiesExactly(
            problem -> assertThat(problem)
                .contains(
                    "`Base`",
                    ": implements AutoCloseable of p.Base may bring what must be implemented;"),
            problem -> assertThat(problem).contains("`Shape`", ": extends p.Sized of p.Shape may"));
    assertThat(problems(shape, box, incompatible("`Shape`, `Base`"))).isEmpty();
  }

  @Test
  void problems_newElementOfAnAnnotation_areNoneIfItHasADefault() throws IOException {
    String more = RELEASED.replace("value() default 1;", "$0 String[] names() default {\"a\"};");
    assertThat(problems(more.replace("$0", "value() default 2;"), BOX, "")).isEmpty();
    assertThat(problems(RELEASED.replace("default 1;", "default 1; int size();"), BOX, ""))
        .singleElement()
        .asString()
        .contains("`Shape.Mark.size`", "int size() of p.Shape.Mark must be implemented now");
    assertThat(problems(RELEASED.replace(" default 1", ""), BOX, ""))
        .allSatisfy(problem -> assertThat(problem).contains("`Shape.Mark.value`"))
        .hasSize(2);
  }

  @Test
  void problems_lineOfAModuleGone_isNamed() throws IOException {
    String more = MODULE.replace("exports p;", "exports p; requires transitive java.logging;");
    assertThat(problems(api(more, RELEASED, BOX), "")).isEmpty();
    String less = MODULE.replace("transitive ", "");
    assertThat(problems(api(less, RELEASED, BOX), ""))
        .containsExactly("CHANGELOG.md must name `p.m` under \"### Incompatible\" of its first"
            + " section: requires transitive java.xml of p.m is gone; write how to get along, or"
            + " keep what was released");
    assertThat(problems(api(less, RELEASED, BOX), incompatible("`p.m`"))).isEmpty();
  }
}

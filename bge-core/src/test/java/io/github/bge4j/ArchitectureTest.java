package io.github.bge4j;

import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

/** The rooms of the house and what may cross between them. */
@AnalyzeClasses(packages = "io.github.bge4j", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String API = "io.github.bge4j";
  private static final String BATCHING = "io.github.bge4j.batching";
  private static final String SPARSE = "io.github.bge4j.sparse";
  private static final String TEXT = "io.github.bge4j.internal.text";
  private static final String SCHEDULE = "io.github.bge4j.internal.schedule";
  private static final String CHECKPOINT = "io.github.bge4j.internal.checkpoint";
  private static final String GRAPH = "io.github.bge4j.internal.graph";
  private static final String HUB = "io.github.bge4j.internal.hub";
  private static final String RUNTIME = "io.github.bge4j.internal.runtime";

  /** Embedder, reranker, and what opens and runs their models. */
  private static final DescribedPredicate<JavaClass> MODELS =
      JavaClass.Predicates.simpleNameStartingWith("Bge")
          .or(JavaClass.Predicates.simpleName("ModelRunner"))
          .or(JavaClass.Predicates.simpleName("ModelOpener"))
          .and(DescribedPredicate.not(JavaClass.Predicates.assignableTo(BgeException.class)));

  @ArchTest
  static final ArchRule ONLY_THE_TEXT_ROOM_KNOWS_THE_TOKENIZER_LIBRARY = noClasses()
      .that()
      .resideOutsideOfPackage(TEXT)
      .should()
      .dependOnClassesThat()
      .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule ONLY_THE_RUNTIME_ROOM_KNOWS_THE_INFERENCE_RUNTIME = noClasses()
      .that()
      .resideOutsideOfPackage(RUNTIME)
      .should()
      .dependOnClassesThat()
      .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule ONLY_THE_HUB_ROOM_USES_THE_NETWORK = noClasses()
      .that()
      .resideOutsideOfPackages(HUB, "io.github.bge4j.testhub..")
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("java.net.http..", "javax.net..")
      .orShould()
      .dependOnClassesThat()
      .haveNameMatching("java\\.net\\.(.*Connection|.*Socket.*|URL)");

  @ArchTest
  static final ArchRule MODEL_FILES_FLOW_ONE_WAY = layeredArchitecture()
      .consideringOnlyDependenciesInLayers()
      .layer("models")
      .definedBy(MODELS)
      .layer("runtime")
      .definedBy(RUNTIME)
      .layer("graph")
      .definedBy(GRAPH)
      .layer("checkpoint")
      .definedBy(CHECKPOINT)
      .whereLayer("runtime")
      .mayOnlyBeAccessedByLayers("models")
      .whereLayer("graph")
      .mayOnlyBeAccessedByLayers("models", "runtime")
      .whereLayer("checkpoint")
      .mayOnlyBeAccessedByLayers("graph");

  @ArchTest
  static final ArchRule DATA_FLOWS_ONE_WAY = layeredArchitecture()
      .consideringOnlyDependenciesInLayers()
      .layer("models")
      .definedBy(MODELS)
      .layer("runtime")
      .definedBy(RUNTIME)
      .layer("schedule")
      .definedBy(SCHEDULE)
      .layer("text")
      .definedBy(TEXT)
      .whereLayer("models")
      .mayNotBeAccessedByAnyLayer()
      .whereLayer("runtime")
      .mayOnlyBeAccessedByLayers("models")
      .whereLayer("schedule")
      .mayOnlyBeAccessedByLayers("models", "runtime")
      .whereLayer("text")
      .mayOnlyBeAccessedByLayers("models", "schedule");

  @ArchTest
  static final ArchRule BATCHING_KNOWS_NO_MODELS = noClasses()
      .that()
      .resideInAPackage(BATCHING)
      .should()
      .dependOnClassesThat()
      .resideOutsideOfPackages("java..", "org.jspecify..", "org.slf4j..", BATCHING);

  @ArchTest
  static final ArchRule SPARSE_NEEDS_NOTHING = noClasses()
      .that()
      .resideInAPackage(SPARSE)
      .should()
      .dependOnClassesThat()
      .resideOutsideOfPackages("java..", "org.jspecify..", SPARSE);

  @ArchTest
  static final ArchRule PUBLIC_METHODS_SHOW_NO_INTERNALS = noMethods()
      .that()
      .areDeclaredInClassesThat()
      .resideInAnyPackage(API, BATCHING, SPARSE)
      .and()
      .arePublic()
      .should(be(showingAnInternalType()));

  @ArchTest
  static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED =
      classes().that().doNotHaveSimpleName("module-info").should(be(inANullMarkedPackage()));

  private static DescribedPredicate<JavaMethod> showingAnInternalType() {
    return DescribedPredicate.describe(
        "showing an internal type",
        method -> method
                .getOwner()
                .getModifiers()
                .contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC)
            && method.getAllInvolvedRawTypes().stream()
                .anyMatch(type -> type.getPackageName().startsWith("io.github.bge4j.internal")));
  }

  private static DescribedPredicate<JavaClass> inANullMarkedPackage() {
    return DescribedPredicate.describe(
        "in a package with a null-marked package-info",
        type -> type.getPackage().tryGetAnnotationOfType(NullMarked.class).isPresent());
  }

  /** What the rooms know of the API, exceptions and results, knows nothing of them. */
  @ArchTest
  static void roomsAndApi_useEachOther_inNoCycle(JavaClasses library) {
    DescribedPredicate<JavaClass> usingARoom = DescribedPredicate.describe(
        "of the API that uses a room",
        type -> type.getPackageName().equals(API)
            && type.getDirectDependenciesFromSelf().stream()
                .map(dependency -> dependency.getTargetClass().getPackageName())
                .anyMatch(name -> name.startsWith(API + ".internal.")));
    noClasses()
        .that()
        .resideInAPackage(API + ".internal..")
        .should()
        .dependOnClassesThat(usingARoom)
        .check(library);
  }
}

package io.github.bge4j;

import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The rooms of the house and what may cross between them. */
@AnalyzeClasses(packages = "io.github.bge4j", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {

  /** Leaves out tests, and what those of several modules share. */
  static final class WithoutTests implements ImportOption {

    @Override
    public boolean includes(Location location) {
      return new ImportOption.DoNotIncludeTests().includes(location)
          && !location.contains("/io/github/bge4j/testing/");
    }
  }

  private static final String API = "io.github.bge4j";
  private static final String BATCHING = "io.github.bge4j.batching";
  private static final String SPARSE = "io.github.bge4j.sparse";
  private static final String TEXT = "io.github.bge4j.internal.text";
  private static final String CHECKPOINT = "io.github.bge4j.internal.checkpoint";
  private static final String GRAPH = "io.github.bge4j.internal.graph";
  private static final String HUB = "io.github.bge4j.internal.hub";
  private static final String GUARD = "io.github.bge4j.internal";
  private static final String RUNTIME = "io.github.bge4j.internal.runtime";

  /** What is said of texts and vectors, and what can go wrong: known to all, knows no room. */
  private static final DescribedPredicate<JavaClass> VALUES = JavaClass.Predicates.resideInAPackage(
          API)
      .and(JavaClass.Predicates.assignableTo(Throwable.class)
          .or(simpleNames(
              Output.class,
              Pooling.class,
              Precision.class,
              Similarity.class,
              Truncation.class,
              InputType.class,
              QueryInstructions.class,
              TextPair.class,
              Device.class,
              DeviceChoice.class,
              DeviceException.class,
              Token.class,
              DownloadListener.class)));

  /** Where a model comes from, and what opens its files: it chooses among the rooms. */
  private static final DescribedPredicate<JavaClass> FILES = simpleNames(
      ModelSource.class,
      DirectorySource.class,
      HubSource.class,
      OnnxSource.class,
      ModelFile.class,
      ModelFiles.class,
      CompiledFiles.class,
      ReadyFiles.class,
      ModelTraits.class,
      ModelPreset.class,
      ModelOptions.class,
      ModelVocabulary.class,
      CachedModel.class);

  /** Embedder and reranker, their builders and results, and what runs an open model. */
  private static final DescribedPredicate<JavaClass> MODELS = JavaClass.Predicates.resideInAPackage(
          API)
      .and(DescribedPredicate.not(VALUES))
      .and(DescribedPredicate.not(FILES));

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
      .resideOutsideOfPackage(HUB)
      .should()
      .dependOnClassesThat()
      .resideInAnyPackage("java.net.http..", "javax.net..")
      .orShould()
      .dependOnClassesThat()
      .haveNameMatching("java\\.net\\.(.*Connection|.*Socket.*|URL)");

  /** No two rooms know each other: the arrows are those of the house, and none leads back. */
  @ArchTest
  static final ArchRule ROOMS_ARE_CROSSED_ONE_WAY = layeredArchitecture()
      .consideringOnlyDependenciesInLayers()
      .ensureAllClassesAreContainedInArchitecture()
      .layer("models")
      .definedBy(MODELS)
      .layer("files")
      .definedBy(FILES)
      .layer("values")
      .definedBy(VALUES)
      .layer("hub")
      .definedBy(HUB)
      .layer("runtime")
      .definedBy(RUNTIME)
      .layer("graph")
      .definedBy(GRAPH)
      .layer("checkpoint")
      .definedBy(CHECKPOINT)
      .layer("text")
      .definedBy(TEXT)
      .layer("guard")
      .definedBy(GUARD)
      .layer("batching")
      .definedBy(BATCHING)
      .layer("sparse")
      .definedBy(SPARSE)
      .whereLayer("models")
      .mayNotBeAccessedByAnyLayer()
      .whereLayer("files")
      .mayOnlyBeAccessedByLayers("models")
      .whereLayer("hub")
      .mayOnlyBeAccessedByLayers("files")
      .whereLayer("runtime")
      .mayOnlyBeAccessedByLayers("models", "files")
      .whereLayer("graph")
      .mayOnlyBeAccessedByLayers("files", "runtime")
      .whereLayer("checkpoint")
      .mayOnlyBeAccessedByLayers("files", "graph", "hub")
      .whereLayer("text")
      .mayOnlyBeAccessedByLayers("models", "files", "runtime", "checkpoint")
      .whereLayer("guard")
      .mayOnlyBeAccessedByLayers("runtime", "text")
      .whereLayer("batching")
      .mayOnlyBeAccessedByLayers("models", "files", "runtime")
      .whereLayer("sparse")
      .mayOnlyBeAccessedByLayers("models")
      .whereLayer("values")
      .mayNotAccessAnyLayer()
      .because(
          "files become a graph and texts become batches; what opens the files of a model chooses"
              + " among the rooms, so it may look into each, and what runs the model may not; the"
              + " tokenizer is one of a checkpoint's files, so checkpoint says which file of a folder"
              + " it is, and text what is in it; it also says which files of a model the hub is to"
              + " get");

  /** Holds whatever arrows the rule above comes to allow. */
  @ArchTest
  static final ArchRule ROOMS_HAVE_NO_CYCLE = slices()
      .assignedFrom(new Rooms())
      .should()
      .beFreeOfCycles()
      .because("the root package holds what all rooms know, what opens the files of a model and"
          + " what runs it: it counts as three");

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

  private static DescribedPredicate<JavaClass> simpleNames(Class<?>... types) {
    Set<String> names = Stream.of(types).map(Class::getName).collect(Collectors.toSet());
    return DescribedPredicate.describe(
        "among " + names,
        type -> names.contains(type.getBaseComponentType().getName().replaceFirst("\\$.*", "")));
  }

  /** Returns the package of a type; the root package's are "values" and "files" but for models. */
  static String roomOf(JavaClass type) {
    if (VALUES.test(type)) {
      return "values";
    }
    return FILES.test(type) ? "files" : type.getPackageName();
  }

  /** A room is a package; the root is three. */
  private static final class Rooms implements SliceAssignment {

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return SliceIdentifier.of(roomOf(type));
    }

    @Override
    public String getDescription() {
      return "rooms";
    }
  }

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
}

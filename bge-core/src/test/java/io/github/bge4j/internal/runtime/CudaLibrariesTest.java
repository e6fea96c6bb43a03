package io.github.bge4j.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the libraries of CUDA are looked for. */
class CudaLibrariesTest {

  private static final List<String> TOOLKIT = List.of("libcudart.so.12", "libcublas.so.12");

  @TempDir
  private Path folder;

  private CudaLibraries libraries(String cache, @Nullable Path root) {
    return new CudaLibraries("libcuda.so.1", TOOLKIT, CudaLibraries.folders(root), cache, root);
  }

  @Test
  void missing_loadersOwnList_countsWholeNames() {
    assertThat(libraries("x\0/usr/lib/libcudart.so.12\0/usr/lib/libcublas.so.12.4.5\0", null)
            .missing())
        .containsExactly("libcublas.so.12");
    assertThat(libraries("/usr/lib/libcuda.so.1\0", null).hasDriver()).isTrue();
    assertThat(libraries("/usr/lib/libmycuda.so.1\0", null).hasDriver()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "lib64", "lib", "cublas/lib", "nvidia/cublas/lib"})
  void missing_folderOfTheUser_isLookedThroughAsToolkitsAndPackagesAre(String where)
      throws IOException {
    Path below = Files.createDirectories(folder.resolve(where));
    Files.createFile(below.resolve("libcublas.so.12"));
    assertThat(libraries("", folder).missing()).containsExactly("libcudart.so.12");
    assertThat(libraries("", null).missing()).isEqualTo(TOOLKIT);
  }

  @Test
  void load_fileThatIsNoLibrary_throwsWithItsName() throws IOException {
    Path file = Files.writeString(folder.resolve("libcublas.so.12"), "no library");
    assertThatThrownBy(() -> libraries("", folder).load())
        .isInstanceOf(UnsatisfiedLinkError.class)
        .hasMessageContaining(file.toString());
    libraries("", null).load();
  }

  @Test
  void load_folderThatIsNot_doesNothing() {
    CudaLibraries none = libraries("", folder.resolve("none"));
    none.load();
    assertThat(none.missing()).isEqualTo(TOOLKIT);
  }
}

package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.testing.Seeds;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A slice of {@link FolderCampaign}; replay one folder with {@code -Dbge.test.seed=N}. */
class FolderCampaignTest {

  private static final int CASES = 1_000;

  @Test
  @Timeout(180)
  void open_damagedFolders_openOrThrowTypedExceptions(@TempDir Path folder) throws Exception {
    assertThat(Campaign.run(FolderCampaign.class, Seeds.upTo(CASES), folder.resolve("journal")))
        .isEmpty();
  }
}

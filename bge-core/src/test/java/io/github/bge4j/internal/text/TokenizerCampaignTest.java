package io.github.bge4j.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.Campaign;
import io.github.bge4j.ModelException;
import io.github.bge4j.testing.Seeds;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A slice of {@link TokenizerCampaign}; replay one file with {@code -Dbge.test.seed=N}. */
class TokenizerCampaignTest {

  @Test
  @Timeout(120)
  void open_damagedTokenizers_openOrThrowModelExceptions(@TempDir Path folder) throws Exception {
    assertThat(Campaign.run(TokenizerCampaign.class, Seeds.upTo(2000), folder.resolve("journal")))
        .isEmpty();
  }

  /** If every file were refused, the test above would show nothing. */
  @Test
  void read_damagedTokenizers_areOfBothKinds() {
    long read = LongStream.range(0, 500).filter(TokenizerCampaignTest::isRead).count();
    assertThat(read).isBetween(50L, 450L);
  }

  private static boolean isRead(long seed) {
    try {
      TokenizerFile.read(TokenizerCampaign.file(seed), "damaged");
      return true;
    } catch (ModelException e) {
      return false;
    }
  }
}

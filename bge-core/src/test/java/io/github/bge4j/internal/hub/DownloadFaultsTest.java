package io.github.bge4j.internal.hub;

import static io.github.bge4j.internal.hub.HubFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.HubException;
import io.github.bge4j.testing.hub.Fault;
import io.github.bge4j.testing.hub.Gate;
import io.github.bge4j.testing.hub.HubRequest;
import io.github.bge4j.testing.hub.On;
import io.github.bge4j.testing.hub.RequestKind;
import io.github.bge4j.testing.hub.TestHub;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub and a network that do what they should not. */
class DownloadFaultsTest extends HubTest {

  private static final Predicate<HubRequest> WEIGHTS = On.storage("pytorch_model.bin");

  private void assertWhole(Path folder) {
    assertThat(folder.resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
    assertThat(on.cached().part(weightsHash())).doesNotExist();
  }

  private FileHash weightsHash() {
    byte[] digest = sha256(on.weights);
    return FileHash.parse(HexFormat.of().formatHex(digest)).orElseThrow();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private List<HubRequest> requests(Predicate<HubRequest> which) {
    return on.hub.requests().stream().filter(which).toList();
  }

  @Test
  void goesOnWhereABrokenConnectionStopped() {
    on.hub.faults(WEIGHTS, Fault.cutAfter(100_000), Fault.dropConnection(), Fault.cutAfter(50_000));

    assertWhole(find());

    List<HubRequest> gets = requests(WEIGHTS);
    assertThat(gets).hasSizeGreaterThanOrEqualTo(4);
    assertThat(gets.get(gets.size() - 1).status()).isEqualTo(206);
    assertThat(on.hub.bytesSent("pytorch_model.bin")).isLessThan(2L * HubFixture.WEIGHT_BYTES);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void endsWithTheRightBytesWhereverItIsCut(long seed) {
    on.hub.always(WEIGHTS.or(On.resolve("tokenizer.json")), Fault.truncateAtRandom(seed));

    assertWhole(find());
  }

  @Test
  void startsAnewWhereRangesAreIgnored() {
    on.hub.faults(WEIGHTS, Fault.cutAfter(100_000), Fault.ignoreRange());

    assertWhole(find());
  }

  @Test
  void startsAnewIfTheStorageHasAnotherFile() {
    on.hub.faults(WEIGHTS, Fault.cutAfter(100_000).and(Fault.etag("one")), Fault.etag("other"));

    assertWhole(find());
    assertThat(requests(WEIGHTS).get(1).header("If-Range")).contains("\"one\"");
  }

  @Test
  void anotherPartThanWasAskedForIsNotTaken() {
    on.hub.faults(WEIGHTS, Fault.cutAfter(100_000), Fault.contentRange("bytes 5-299999/300000"));

    assertWhole(find());
    assertThat(on.waits).containsExactly(500L, 1_000L);
  }

  @Test
  void aTransferThatStandsStillIsGivenUpAndResumed() {
    on.readMillis = 1_000;
    Gate never = new Gate();
    on.hub.faults(WEIGHTS, Fault.waitAfter(100_000, never));

    assertWhole(find());
    never.open();
  }

  @Test
  void anAddressThatExpiredIsAskedForAgain() {
    on.hub.faults(WEIGHTS, Fault.expiredUrl());

    assertWhole(find());
    assertThat(requests(On.resolve("pytorch_model.bin"))).hasSize(2);
  }

  @Test
  void wrongBytesAreThrownAwayAndFetchedAgain() {
    on.hub.faults(WEIGHTS, Fault.wrongBytes());

    assertWhole(find());
  }

  @Test
  void bytesThatStayWrongAreNeverUsed() {
    on.hub.always(WEIGHTS, Fault.wrongBytes());

    assertThatThrownBy(this::find)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("pytorch_model.bin of BAAI/bge-m3 must have the hash");
    assertThatThrownBy(() -> on.offline().find(MODEL)).isInstanceOf(HubException.class);
  }

  @Test
  void aPartOfAnEarlierFileIsNotBelieved() throws IOException {
    Path folder = find();
    FileHash hash = weightsHash();
    Files.delete(folder.resolve("pytorch_model.bin").toRealPath());
    Files.write(on.cached().part(hash), new byte[100_000]);

    assertWhole(find());
  }

  @Test
  void waitsAsLongAsTheHubSays() {
    on.hub.faults(On.listing(), Fault.tooManyRequests(7), Fault.status(503, "busy"));

    assertWhole(find());
    assertThat(on.waits).containsExactly(7_000L, 1_000L);
  }

  @Test
  void givesUpAfterFiveAttemptsWithoutProgress() {
    on.hub.always(On.listing(), Fault.status(500, "broken"));

    assertThatThrownBy(this::find)
        .isInstanceOf(HubException.class)
        .hasMessageContaining(
            "the hub answers 500 for the list of files of BAAI/bge-m3 (attempt 5)");
    assertThat(on.waits).containsExactly(500L, 1_000L, 2_000L, 4_000L);
  }

  @Test
  void doesNotWaitForAnHour() {
    on.hub.always(On.listing(), Fault.tooManyRequests(3_600));

    assertThatThrownBy(this::find).hasMessageContaining("it asks for a pause of 3600 s");
    assertThat(on.waits).isEmpty();
  }

  @Test
  void theTokenGoesToTheHubAlone() {
    on.hub.requireToken(MODEL.name(), "hf_secret");
    on.hub.relativeRedirects(true);
    try (TestHub third = TestHub.start()) {
      on.hub.faults(On.resolve("sparse_linear.pt"), Fault.redirectTo(third.endpoint()));

      on.client(on.settings(on.hub.endpoint(), "hf_secret", false)).find(MODEL);
    } catch (HubException e) {
      // The third host has no such file; what it was sent is what counts.
    }

    List<HubRequest> hub = requests(On.hub());
    assertThat(hub).isNotEmpty();
    assertThat(hub)
        .allMatch(r -> r.header("Authorization").equals(Optional.of("Bearer hf_secret")));
    assertThat(requests(On.kind(RequestKind.STORAGE)))
        .isNotEmpty()
        .allMatch(request -> request.header("Authorization").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x", "/etc/x", "a\\b", "C:x", "", "a//b", "a/../../x", "a/./b", "\u0000"})
  void namesThatLeadOutOfTheFolderAreRefused(String name) {
    on.hub.always(On.listing(), Fault.extraNames(name));

    assertThatThrownBy(this::find)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("files of a model must lie in its folder");
    assertThat(on.downloads()).isEmpty();
  }

  @Test
  void sizesAndHashesComeFromHeadersWhereTheListingHasNone() {
    on.hub.always(On.listing(), Fault.withoutSizes());

    assertWhole(find());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../evil", "", "abc"})
  void hashesThatAreNoneAreNotUsedAsFileNames(String hash) {
    on.hub.always(On.listing(), Fault.hashes(hash));

    assertWhole(find());
  }

  @Test
  void aPageInsteadOfAHubIsRecognised() {
    on.hub.always(On.hub(), Fault.htmlPage());

    assertThatThrownBy(this::find)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("a hub must answer with a listing in JSON")
        .hasMessageContaining("check HF_ENDPOINT");
  }

  @Test
  void aListingWithoutEndIsNotRead() {
    on.hub.always(On.listing(), Fault.huge(40_000_000));

    assertThatThrownBy(this::find).isInstanceOf(HubException.class).hasMessageContaining("bytes");
  }

  @Test
  void redirectsInACircleEnd() {
    on.hub.always(On.resolve("pytorch_model.bin"), Fault.redirectLoop());

    assertThatThrownBy(this::find).hasMessageContaining("within 10 redirects");
  }

  @Test
  void aRedirectThatLeadsNowhereIsRefused() {
    on.hub.always(On.resolve("pytorch_model.bin"), Fault.status(302, "found"));

    assertThatThrownBy(this::find)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("the hub must give")
        .hasMessageContaining("(302, from ");
  }

  @Test
  void nobodyListens() {
    HubModels client = on.client(on.settings(URI.create("http://127.0.0.1:9"), null, false));

    assertThatThrownBy(() -> client.find(MODEL))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("listing the files of BAAI/bge-m3 must succeed")
        .hasMessageContaining("check the network");
  }

  @Test
  void refusalsSayWhatToDo() {
    assertRefused("no/such", "main", "model no/such must exist and be readable", "check its name");
    assertRefused(MODEL.name(), "v9", "revision v9 of BAAI/bge-m3 must exist", "choose a branch");
    on.hub.requireToken(MODEL.name(), "right");
    assertRefused(MODEL.name(), "main", "must exist and be readable", "set HF_TOKEN");
    on.hub.gate(MODEL.name(), "other");
    assertRefused(
        MODEL.name(), "main", "access to BAAI/bge-m3 must be granted", "accept its terms");
    assertThat(on.waits).isEmpty();
  }

  private void assertRefused(String model, String revision, String rule, String remedy) {
    assertThatThrownBy(() -> on.client().find(new WantedModel(model, revision, false, true, null)))
        .isInstanceOf(HubException.class)
        .hasMessageContaining(rule)
        .hasMessageContaining(remedy);
  }

  @Test
  void theListenerHearsOfEveryByteOnce() {
    List<String> events = new ArrayList<>();
    DownloadListener listener = new DownloadListener() {
      @Override
      public void started(String model, long totalBytes) {
        events.add("started " + model + " " + totalBytes);
      }

      @Override
      public void progressed(long receivedBytes, long totalBytes) {
        events.add(receivedBytes + "/" + totalBytes);
      }

      @Override
      public void ended(String model) {
        events.add("ended " + model);
      }
    };
    on.hub.faults(WEIGHTS, Fault.cutAfter(100_000), Fault.wrongBytes());

    on.client(on.settings(), listener, Linker.BEST).find(MODEL);

    String total = events.get(0).replaceAll(".* ", "");
    assertThat(events).first().asString().startsWith("started BAAI/bge-m3 ");
    assertThat(events.get(events.size() - 2)).isEqualTo(total + "/" + total);
    assertThat(events).last().isEqualTo("ended BAAI/bge-m3");
  }
}

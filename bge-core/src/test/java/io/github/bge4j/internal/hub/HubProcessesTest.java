package io.github.bge4j.internal.hub;

import static io.github.bge4j.internal.hub.HubFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bge4j.DownloadListener;
import io.github.bge4j.testing.hub.Fault;
import io.github.bge4j.testing.hub.Gate;
import io.github.bge4j.testing.hub.HubRequest;
import io.github.bge4j.testing.hub.On;
import io.github.bge4j.testing.hub.TestHub;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several that want one model at once: it leaves the hub once. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HubProcessesTest extends HubTest {

  private static final Predicate<HubRequest> WEIGHTS = On.storage("pytorch_model.bin");

  private final Gate gate = new Gate();
  private final List<PullProcess> processes = new ArrayList<>();

  @BeforeEach
  void holdTheWeights() {
    on.hub.faults(WEIGHTS, Fault.waitAfter(1_000, gate));
  }

  @AfterEach
  void endProcesses() {
    processes.forEach(PullProcess::close);
    gate.open();
  }

  private PullProcess process() throws Exception {
    PullProcess process = PullProcess.start(on.hub.endpoint(), cache);
    processes.add(process);
    return process;
  }

  private static void assertEachFileLeftOnce(TestHub hub) {
    assertThat(hub.bytesSent("pytorch_model.bin")).isEqualTo(HubFixture.WEIGHT_BYTES);
    for (String file : List.of("config.json", "tokenizer.json", "sparse_linear.pt")) {
      assertThat(hub.requests().stream()
              .filter(On.resolve(file).and(request -> request.method().equals("GET"))))
          .as(file)
          .hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10})
  void processesThatAskAtOnceDownloadOnce(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      process();
    }
    List<String> first = new ArrayList<>();
    for (PullProcess process : processes) {
      first.add(process.line());
    }
    assertThat(first).containsOnlyOnce("started").filteredOn("waiting"::equals).hasSize(count - 1);

    gate.open();

    for (PullProcess process : processes) {
      assertThat(process.folder().resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
    }
    assertEachFileLeftOnce(on.hub);
  }

  @Test
  void aProcessKilledWithTheLockBlocksNobody() throws Exception {
    PullProcess holder = process();
    gate.awaitArrival();
    PullProcess next = process();
    assertThat(next.line()).isEqualTo("waiting");

    holder.kill();

    assertThat(next.folder().resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
    assertThat(holder.process.exitValue()).isNotZero();
  }

  @Test
  void threadsThatAskAtOnceDownloadOnce() throws Exception {
    int count = 10;
    CountDownLatch waiting = new CountDownLatch(count - 1);
    DownloadListener listener = new DownloadListener() {
      @Override
      public void waiting(String model) {
        waiting.countDown();
      }
    };
    HubModels client = new HubModels(
        on.settings(),
        () -> new ModelDownload(
            on.settings(),
            listener,
            Linker.BEST,
            Thread::sleep,
            new HubHttp.Timeouts(9_999, 99_999)));
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<Path>> folders = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        folders.add(threads.submit(() -> client.find(MODEL)));
      }
      waiting.await();
      gate.open();
      for (Future<Path> folder : folders) {
        assertThat(folder.get().resolve("pytorch_model.bin")).hasBinaryContent(on.weights);
      }
    } finally {
      threads.shutdownNow();
    }
    assertEachFileLeftOnce(on.hub);
  }
}

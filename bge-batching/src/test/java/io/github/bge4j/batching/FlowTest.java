package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowTest {

  private final Requests requests = new Requests();

  @Test
  void form_equalLengths_takesTheLongestGroupOfTheFirstRequestFirst() {
    RegisteredFunction function = requests.function("f", BatchLimits.equalLengths(10, 128));
    requests.add(function, Lane.QUERY, 7, 30, 7, 30, 30, 64, 65);
    assertThat(requests.runNext()).containsExactly(65);
    assertThat(requests.runNext()).containsExactly(64);
    assertThat(requests.runNext()).containsExactly(30, 30, 30);
    assertThat(requests.runNext()).containsExactly(7, 7);
    assertThat(requests.runNext()).isEmpty();
  }

  @Test
  void form_equalLengths_findsMatchesAmongTheRequestsBehind() {
    RegisteredFunction function = requests.function("f", BatchLimits.equalLengths(10, 128));
    requests.add(function, Lane.QUERY, 12);
    requests.add(function, Lane.QUERY, 40);
    requests.add(function, Lane.QUERY, 50, 12, 12, 5);
    requests.add(function, Lane.QUERY, 12);
    assertThat(requests.runNext()).containsExactly(12, 12, 12, 12);
    assertThat(requests.runNext()).containsExactly(40);
    assertThat(requests.runNext()).containsExactly(50);
    assertThat(requests.runNext()).containsExactly(5);
  }

  @Test
  void form_lookAhead_looksNoFurther() {
    Requests narrow = new Requests(1, 4, Request.NEVER, 0);
    RegisteredFunction function = narrow.function("f", BatchLimits.equalLengths(10, 128));
    narrow.add(function, Lane.QUERY, 12);
    narrow.add(function, Lane.QUERY, 40);
    narrow.add(function, Lane.QUERY, 12);
    assertThat(narrow.runNext()).containsExactly(12);
    assertThat(narrow.runNext()).containsExactly(40);
    assertThat(narrow.runNext()).containsExactly(12);
  }

  @Test
  void form_padding_countsRowsTimesTheLongest() {
    RegisteredFunction function = requests.function("f", new BatchLimits(10, 300, 0.25));
    requests.add(function, Lane.QUERY, 80);
    requests.add(function, Lane.QUERY, 107);
    requests.add(function, Lane.QUERY, 100);
    requests.add(function, Lane.QUERY, 75);
    // 107 would have to be 80 / 0.75 at most; with 100 in the batch, 75 is just long enough.
    assertThat(requests.runNext()).containsExactly(80, 100, 75);
    assertThat(requests.runNext()).containsExactly(107);
  }

  @Test
  void form_packed_fillsTheBudgetWithAnyLengths() {
    RegisteredFunction function = requests.function("f", BatchLimits.packed(10, 100));
    requests.add(function, Lane.QUERY, 60);
    requests.add(function, Lane.QUERY, 50, 30, 5, 4, 2);
    assertThat(requests.runNext()).containsExactly(60, 30, 5, 4);
    assertThat(requests.runNext()).containsExactly(50, 2);
  }

  @Test
  void form_maxItems_stopsThere() {
    RegisteredFunction function = requests.function("f", BatchLimits.packed(2, 100));
    requests.add(function, Lane.QUERY, 1, 1, 1);
    requests.add(function, Lane.QUERY, 1);
    assertThat(requests.runNext()).hasSize(2);
    assertThat(requests.runNext()).hasSize(2);
    assertThat(requests.runNext()).isEmpty();
  }

  @Test
  void form_itemLargerThanTheBudget_runsAlone() {
    RegisteredFunction packed = requests.function("p", BatchLimits.packed(10, 100));
    requests.add(packed, Lane.QUERY, 500, 1);
    assertThat(requests.runNext()).containsExactly(500);
    assertThat(requests.runNext()).containsExactly(1);
    RegisteredFunction equal = requests.function("e", BatchLimits.equalLengths(10, 100));
    requests.add(equal, Lane.QUERY, 500, 500);
    assertThat(requests.runNext()).containsExactly(500);
    assertThat(requests.runNext()).containsExactly(500);
  }

  @Test
  void form_requestsOfOneSize_finishesTheFirstBeforeTheNext() {
    RegisteredFunction function = requests.function("f", BatchLimits.equalLengths(2, 1_000));
    requests.add(function, Lane.BULK, 9, 9, 9, 9, 9);
    requests.add(function, Lane.BULK, 8, 8, 8);
    assertThat(requests.runNext()).containsExactly(9, 9);
    assertThat(requests.runNext()).containsExactly(9, 9);
    assertThat(requests.runNext()).containsExactly(9);
    assertThat(requests.runNext()).containsExactly(8, 8);
    assertThat(requests.runNext()).containsExactly(8);
  }

  @Test
  void form_deadlines_earliestComesFirst() {
    RegisteredFunction function = requests.function("f", BatchLimits.equalLengths(2, 1_000));
    requests.add(function, Lane.BULK, 9);
    requests.scheduler.add(requests.request(function, Lane.BULK, 2 * Request.PATIENCE, 8), false);
    requests.scheduler.add(requests.request(function, Lane.BULK, 5_000, 7), false);
    requests.scheduler.add(requests.request(function, Lane.BULK, 4_000, 6), false);
    requests.scheduler.add(requests.request(function, Lane.BULK, 5_000, 5), false);
    assertThat(requests.runNext()).containsExactly(6);
    assertThat(requests.runNext()).as("without a deadline, and served less").containsExactly(9);
    assertThat(requests.runNext()).containsExactly(7);
    assertThat(requests.runNext()).containsExactly(5);
    assertThat(requests.runNext()).as("later than a minute").containsExactly(8);
  }

  /** Callers in a closed loop, each with a deadline that is far off and earlier than a minute. */
  @Test
  void next_oneWithoutADeadlineBesideManyWith_isServedWithinItsBound() {
    RegisteredFunction function = requests.function("f", BatchLimits.packed(1, 10));
    for (int i = 0; i < 4; i++) {
      requests.scheduler.add(requests.request(function, Lane.BULK, 30_000_000_000L, 10), false);
    }
    requests.add(function, Lane.BULK, 7);
    int runs = 1;
    while (!requests.runNext().contains(7)) {
      requests.scheduler.add(requests.request(function, Lane.BULK, 30_000_000_000L, 10), false);
      runs++;
    }
    assertThat(runs).isLessThanOrEqualTo(3);
  }

  /** Promised calls that must hurry, an ingest, and one call of the promised ones' size. */
  @Test
  void next_hurryBesideAnIngest_servesTheOneWithoutADeadlineWithinItsBound() {
    RegisteredFunction function = requests.function("f", BatchLimits.packed(10, 10));
    function.ran(10, 10, 0);
    int[] middle = new int[20];
    Arrays.fill(middle, 1);
    int[] large = new int[2_000];
    Arrays.fill(large, 1);
    requests.add(function, Lane.BULK, large);
    requests.add(function, Lane.BULK, middle);
    Request one = requests.add(function, Lane.BULK, middle);
    int runs = 0;
    while (!one.isResolved()) {
      // As many as can be promised, always.
      Request promised = requests.request(function, Lane.BULK, 60, middle);
      requests.scheduler.admit(promised, false, requests.now);
      assertThat(requests.runNext()).isNotEmpty();
      requests.now += 10;
      runs++;
    }
    assertThat(runs).as("six times 40 of its own line, and eight batches").isLessThanOrEqualTo(32);
  }

  @Test
  void form_smallBesideLarge_takesTurnsByCost() {
    RegisteredFunction function = requests.function("f", BatchLimits.packed(4, 40));
    int[] many = new int[1_000];
    Arrays.fill(many, 10);
    requests.add(function, Lane.BULK, many);
    for (int i = 0; i < 5; i++) {
      requests.runNext();
    }
    requests.add(function, Lane.BULK, 11, 11);
    List<List<Object>> next = List.of(requests.runNext(), requests.runNext(), requests.runNext());
    assertThat(next).anySatisfy(batch -> assertThat(batch).startsWith(11, 11));
    requests.scheduler.underway().takeOutbox();
    Request middle = requests.add(function, Lane.BULK, new int[] {9, 9, 9, 9, 9, 9, 9, 9, 9});
    for (int i = 0; i < 7; i++) {
      requests.runNext();
    }
    assertThat(requests.delivered()).contains(middle);
  }

  @Test
  void fitsOneBatch_limits_agreeWithWhatIsTaken() {
    RegisteredFunction equal = requests.function("e", BatchLimits.equalLengths(3, 30));
    assertThat(fits(equal, 500)).isTrue();
    assertThat(fits(equal, 10, 10, 10)).isTrue();
    assertThat(fits(equal, 10, 10, 9)).isFalse();
    assertThat(fits(equal, 11, 11, 11)).isFalse();
    assertThat(fits(equal, 5, 5, 5, 5)).isFalse();
    RegisteredFunction packed = requests.function("p", BatchLimits.packed(3, 30));
    assertThat(fits(packed, 28, 1, 1)).isTrue();
    assertThat(fits(packed, 28, 1, 2)).isFalse();
    RegisteredFunction padded = requests.function("d", new BatchLimits(3, 30, 0.5));
    assertThat(fits(padded, 10, 5, 7)).isTrue();
    assertThat(fits(padded, 10, 4, 7)).isFalse();
  }

  private boolean fits(RegisteredFunction function, int... lengths) {
    Request request = requests.request(function, Lane.QUERY, Request.NEVER, lengths);
    Batch batch = new Batch(function, Lane.QUERY);
    boolean fits = request.items().fitIn(batch);
    request.items().moveTo(batch, request);
    assertThat(batch.size() == lengths.length).isEqualTo(fits);
    return fits;
  }

  @Test
  void form_packed_takesFewShortItemsBesideALongOne() {
    RegisteredFunction packed = requests.function("p", BatchLimits.packed(1_000, 100));
    int[] lengths = new int[60];
    Arrays.fill(lengths, 1);
    lengths[7] = 80;
    requests.add(packed, Lane.BULK, lengths);
    List<Object> first = requests.runNext();
    assertThat(first).hasSize(10).startsWith(80, 1);
    assertThat(requests.runNext()).hasSize(50).containsOnly(1);
  }

  @Test
  void form_packed_keepsALongItemFromManyShortOnes() {
    RegisteredFunction packed = requests.function("p", BatchLimits.packed(1_000, 100));
    for (int i = 0; i < 7; i++) {
      requests.add(packed, Lane.BULK, 1, 1, 1, 1, 1, 1, 1, 1);
    }
    requests.add(packed, Lane.BULK, 15);
    requests.add(packed, Lane.BULK, 14);
    assertThat(requests.runNext()).hasSize(57).endsWith(14);
    assertThat(requests.runNext()).containsExactly(15);
  }
}

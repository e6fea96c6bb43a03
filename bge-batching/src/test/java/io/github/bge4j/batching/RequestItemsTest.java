package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestItemsTest {

  private final Requests requests = new Requests();
  private final RegisteredFunction function =
      requests.function("f", BatchLimits.packed(50, 1_000_000));

  @Test
  void moveTo_equalLengths_takesTheLongestAndAmongThemTheEarlierFirst() {
    Request request = requests.request(function, Lane.BULK, 1, 5, 9, 5, 1);
    Batch batch = new Batch(function, Lane.BULK);
    request.items().moveTo(batch, request);
    assertThat(batch.items()).containsExactly(9, 5, 5, 1);
    assertThat(List.of(batch.index(0), batch.index(1), batch.index(2), batch.index(3)))
        .containsExactly(1, 0, 2, 3);
    assertThat(request.items().nonePending()).isTrue();
    assertThat(request.items().pendingCost()).isZero();
  }

  @Test
  void make_source_makesAPortionInOrderWhileFewArePending() {
    List<Integer> asked = new ArrayList<>();
    RequestItems items = new RequestItems(function, 300, i -> {
      asked.add(i);
      return 1 + i % 7;
    });
    Request request = requests.request(function, Lane.BULK, 1, items);
    assertThat(asked).hasSize(64);
    assertThat(items.unmadeCost()).isEqualTo((300 - 64) * 3L);
    assertThat(items.fitIn(new Batch(function, Lane.BULK))).isFalse();
    assertThat(items.beginMaking()).isTrue();
    assertThat(items.areWanted()).isFalse();
    assertThat(items.beginMaking()).as("one thread at a time").isFalse();
    request.made(items.make());
    assertThat(items.beginMaking()).isTrue();
    request.made(items.make());
    assertThat(items.areWanted()).as("192 wait").isFalse();
    Batch batch = new Batch(function, Lane.BULK);
    items.moveTo(batch, request);
    assertThat(items.areWanted()).as("142 wait").isFalse();
    items.moveTo(new Batch(function, Lane.BULK), request);
    while (items.beginMaking()) {
      request.made(items.make());
    }
    assertThat(items.allMade()).isFalse();
    assertThat(items.pending()).isEqualTo(156);
    items.moveTo(new Batch(function, Lane.BULK), request);
    assertThat(items.beginMaking()).isTrue();
    request.made(items.make());
    assertThat(items.allMade()).isTrue();
    assertThat(items.areWanted()).isFalse();
    assertThat(items.unmadeCost()).isZero();
    assertThat(asked).hasSize(300).isSorted();
  }

  @Test
  void make_costBelowOne_saysWhichItem() {
    RequestItems items = new RequestItems(function, new Object[] {3, 0});
    assertThatIllegalArgumentException()
        .isThrownBy(items::make)
        .withMessage("the cost of item 1 must be at least 1: 0; count what needs no work as 1");
  }

  @Test
  void drop_whileItemsAreMade_takesNone() {
    RequestItems items = new RequestItems(function, 300, i -> 1);
    Request request = requests.request(function, Lane.BULK, 1, items);
    assertThat(items.beginMaking()).isTrue();
    long[] entries = items.make();
    items.drop();
    request.made(entries);
    assertThat(items.nonePending()).isTrue();
    assertThat(items.areWanted()).isFalse();
  }
}

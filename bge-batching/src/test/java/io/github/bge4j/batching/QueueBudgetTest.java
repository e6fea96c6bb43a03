package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueBudgetTest {

  private final QueueBudget budget = new QueueBudget(10, 1_000);

  @Test
  void tryTake_wholeOrNotAtAll_countsItemsAndCost() {
    assertThat(budget.tryTake(budget.charge(4, 100))).isTrue();
    assertThat(budget.tryTake(budget.charge(5, 400))).isTrue();
    assertThat(budget.tryTake(budget.charge(2, 1))).as("items").isFalse();
    assertThat(QueueBudget.items(budget.used())).isEqualTo(9);
    assertThat(QueueBudget.cost(budget.used())).isEqualTo(500);
    assertThat(budget.tryTake(budget.charge(1, 500))).isTrue();
    budget.release(budget.charge(4, 100));
    assertThat(budget.tryTake(budget.charge(1, 101))).as("cost").isFalse();
    assertThat(budget.tryTake(budget.charge(1, 100))).isTrue();
  }

  @Test
  void charge_largerThanTheQueue_isHalfOfIt() {
    long charge = budget.charge(5_000, 1_000_000);
    assertThat(QueueBudget.items(charge)).isEqualTo(5);
    assertThat(QueueBudget.cost(charge)).isEqualTo(500);
    assertThat(budget.tryTake(charge)).isTrue();
    assertThat(budget.tryTake(charge)).isTrue();
    assertThat(budget.tryTake(budget.charge(1, 1))).isFalse();
    QueueBudget smallest = new QueueBudget(1, 1);
    assertThat(smallest.tryTake(smallest.charge(3, 3))).isTrue();
    assertThat(smallest.tryTake(smallest.charge(1, 1))).isFalse();
  }

  @Test
  void charge_largestLimits_doNotOverflow() {
    QueueBudget largest = new QueueBudget(QueueBudget.MOST_ITEMS, QueueBudget.MOST_COST);
    long charge = largest.charge(Integer.MAX_VALUE, Long.MAX_VALUE / 4);
    assertThat(largest.tryTake(charge)).isTrue();
    assertThat(largest.tryTake(charge)).isTrue();
    assertThat(largest.tryTake(largest.charge(1, 1))).isFalse();
    assertThat(QueueBudget.items(largest.used())).isEqualTo(QueueBudget.MOST_ITEMS);
    assertThat(QueueBudget.cost(largest.used())).isEqualTo(QueueBudget.MOST_COST);
  }

  @Test
  void enqueue_othersAfterwards_doNotOvertake() {
    assertThat(budget.tryTake(budget.charge(5, 5))).isTrue();
    assertThat(budget.tryTake(budget.charge(4, 4))).isTrue();
    QueueBudget.Waiter large = budget.enqueue(budget.charge(5, 5));
    QueueBudget.Waiter small = budget.enqueue(budget.charge(1, 1));
    assertThat(budget.tryTake(budget.charge(1, 1))).isFalse();
    List<Boolean> granted = new ArrayList<>(List.of(large.granted(), small.granted()));
    budget.release(budget.charge(4, 4));
    granted.add(large.granted());
    granted.add(small.granted());
    budget.release(budget.charge(5, 5));
    granted.add(small.granted());
    assertThat(granted).containsExactly(false, false, true, false, true);
    assertThat(budget.leave(large)).isTrue();
    assertThat(budget.leave(small)).isTrue();
    assertThat(budget.tryTake(budget.charge(1, 1))).isTrue();
  }

  @Test
  void leave_firstInLine_letsTheNextIn() {
    assertThat(budget.tryTake(budget.charge(5, 5))).isTrue();
    assertThat(budget.tryTake(budget.charge(4, 4))).isTrue();
    QueueBudget.Waiter large = budget.enqueue(budget.charge(5, 5));
    QueueBudget.Waiter small = budget.enqueue(budget.charge(1, 1));
    assertThat(budget.leave(large)).isFalse();
    assertThat(budget.leave(small)).isTrue();
  }

  @Test
  void excessCost_fullQueue_isWhatHasToBeDoneFirst() {
    assertThat(budget.tryTake(budget.charge(4, 400))).isTrue();
    assertThat(budget.tryTake(budget.charge(4, 400))).isTrue();
    assertThat(budget.excessCost(budget.charge(1, 300))).as("by cost").isEqualTo(100);
    assertThat(budget.excessCost(budget.charge(5, 10))).as("by items").isEqualTo(300);
    assertThat(budget.excessCost(budget.charge(1, 1))).as("others wait").isEqualTo(1);
  }
}

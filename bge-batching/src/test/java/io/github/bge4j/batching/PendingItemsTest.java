package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PendingItemsTest {

  @Test
  void constructor_equalLengths_putsTheEarlierItemLast() {
    PendingItems items = new PendingItems(new int[] {5, 9, 5, 1});
    assertThat(items.length(3)).isEqualTo(9);
    assertThat(items.index(3)).isEqualTo(1);
    assertThat(items.index(2)).isEqualTo(0);
    assertThat(items.index(1)).isEqualTo(2);
    assertThat(items.index(0)).isEqualTo(3);
    assertThat(items.size()).isEqualTo(4);
  }

  @Test
  void floor_anyLength_isTheLastPositionOfAtMostThat() {
    PendingItems items = new PendingItems(new int[] {2, 4, 4, 8, Integer.MAX_VALUE});
    assertThat(items.floor(1)).isEqualTo(-1);
    assertThat(items.floor(2)).isZero();
    assertThat(items.floor(3)).isZero();
    assertThat(items.floor(4)).isEqualTo(2);
    assertThat(items.floor(7)).isEqualTo(2);
    assertThat(items.floor(8)).isEqualTo(3);
    assertThat(items.floor(Long.MAX_VALUE)).isEqualTo(4);
  }

  @Test
  void remove_middle_keepsTheRestInOrder() {
    PendingItems items = new PendingItems(new int[] {1, 2, 3, 4, 5});
    items.remove(1, 3);
    assertThat(items.size()).isEqualTo(3);
    assertThat(items.length(0)).isEqualTo(1);
    assertThat(items.length(1)).isEqualTo(4);
    assertThat(items.length(2)).isEqualTo(5);
    items.clear();
    assertThat(items.isEmpty()).isTrue();
    assertThat(items.floor(9)).isEqualTo(-1);
  }
}

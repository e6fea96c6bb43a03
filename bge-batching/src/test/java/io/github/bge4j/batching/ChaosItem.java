package io.github.bge4j.batching;

/**
 * An item of the chaos test.
 *
 * @param id unlike that of any other item; its result
 * @param tokens its length
 * @param poison whether no batch with it succeeds
 */
record ChaosItem(long id, int tokens, boolean poison) {}

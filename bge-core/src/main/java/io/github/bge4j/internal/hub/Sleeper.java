package io.github.bge4j.internal.hub;

/** Lets time pass; tests let none. */
@FunctionalInterface
interface Sleeper {
  void sleep(long millis) throws InterruptedException;
}

package io.github.bge4j.testing.hub;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The faults in force. The first rule that matches and is not used up strikes. Thread-safe. */
final class FaultRules {

  private record Rule(Predicate<HubRequest> target, List<Fault> script, AtomicInteger next) {}

  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  void script(Predicate<HubRequest> target, List<Fault> faults) {
    rules.add(new Rule(target, faults, new AtomicInteger()));
  }

  /** A rule without end is one of a single fault that never counts on. */
  void always(Predicate<HubRequest> target, Fault fault) {
    rules.add(new Rule(target, List.of(fault), new AtomicInteger(Integer.MIN_VALUE)));
  }

  void clear() {
    rules.clear();
  }

  void strike(HubRequest request, Answer answer) {
    for (Rule rule : rules) {
      if (rule.target().test(request)) {
        int turn = rule.next().getAndIncrement();
        if (turn < rule.script().size()) {
          rule.script().get(Math.max(0, turn)).apply(request, answer);
          return;
        }
      }
    }
  }
}

package io.github.bge4j.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverloadSimulationTest {

  @ParameterizedTest
  @CsvSource({
    "POISSON, 0.6, 0.45",
    "POISSON, 1, 0.7",
    "POISSON, 3, 0.9",
    "POISSON, 10, 0.8",
    "BURSTS, 0.6, 0.45",
    "BURSTS, 1, 0.7",
    "BURSTS, 3, 0.9",
    "BURSTS, 10, 0.8"
  })
  void goodput_moreThanTheDeviceCanDo_goesOnAndSmallCallsGetTheirTurn(
      OverloadSimulation.Arrivals arrivals, double load, double least) {
    for (long seed = 1; seed <= 3; seed++) {
      OverloadSimulation simulation = new OverloadSimulation(seed, arrivals, load);
      simulation.run();
      System.out.println(simulation);
      assertThat(simulation.goodput()).as(simulation.toString()).isGreaterThan(least);
      assertThat(simulation.small(99)).as(simulation.toString()).isLessThan(1);
    }
  }
}

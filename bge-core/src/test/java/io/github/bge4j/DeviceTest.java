package io.github.bge4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "auto | [auto]",
        "CPU | [cpu]",
        "cuda | [cuda:0]",
        "Cuda:1 | [cuda:1]",
        "' cuda:126 ' | [cuda:126]",
        "cuda:3,0,1 | [cuda:3, cuda:0, cuda:1]",
      })
  void parse_itsForms_givesTheDevicesInOrder(String text, String devices) {
    assertThat(Device.parse(text)).hasToString(devices);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "gpu", "cuda:", "cuda:a", "cuda:-1", "cuda:0,", "cuda0", "cpu:0", "cuda,cpu"})
  void parse_somethingElse_isRefused(String text) {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> Device.parse(text))
        .withMessage("device must be one of auto, cpu, cuda, cuda:N and cuda:N,N: " + text);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 127, 1_000_000})
  void cuda_numberOutOfBounds_isRefused(int index) {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> Device.cuda(index))
        .withMessage("device must have a number from 0 to 126 for CUDA: " + index
            + "; CUDA counts its cards from 0");
  }

  @Test
  void equals_sameCard_isTheSame() {
    assertThat(Device.cuda()).isEqualTo(Device.cuda(0)).isNotEqualTo(Device.cuda(1));
    assertThat(Device.auto()).isNotEqualTo(Device.cpu());
  }

  @Test
  void toString_ofAChoice_saysWhere_andWhy() {
    assertThat(new DeviceChoice(List.of(Device.cuda(1), Device.cuda(0)), "as asked for"))
        .hasToString("cuda:1, cuda:0 (as asked for)");
  }
}

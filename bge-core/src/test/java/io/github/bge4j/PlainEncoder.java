package io.github.bge4j;

/**
 * BERT and XLM-RoBERTa as their papers and transformers 4.57 have them, one loop after the other,
 * in double: slow, and simple enough to be believed. The compiled graph is compared with it on
 * shapes that no published model has.
 */
final class PlainEncoder {

  private static final double EPSILON = 1e-5;

  private final RandomCheckpoint model;
  private final int hidden;

  PlainEncoder(RandomCheckpoint model) {
    this.model = model;
    this.hidden = model.shape.hidden();
  }

  /** Returns the state of each token; shape {@code [tokens][hidden]}. */
  double[][] states(int[] ids) {
    return states(ids, ids.length);
  }

  /** Returns the logit of a pair whose tokens from {@code firstSegment} on have type 1. */
  double logit(int[] ids, int firstSegment) {
    boolean xlmRoberta = model.shape.xlmRoberta();
    double[][] first = {states(ids, firstSegment)[0]};
    double[][] pooled = linear(first, xlmRoberta ? "classifier.dense." : "pooler.dense.");
    for (int i = 0; i < hidden; i++) {
      pooled[0][i] = Math.tanh(pooled[0][i]);
    }
    return linear(pooled, xlmRoberta ? "classifier.out_proj." : "classifier.")[0][0];
  }

  private double[][] states(int[] ids, int firstSegment) {
    double[][] states = embeddings(ids, firstSegment);
    for (int layer = 0; layer < model.shape.layers(); layer++) {
      String name = "encoder.layer." + layer + ".";
      double[][] attended =
          linear(attention(states, name + "attention.self."), name + "attention.output.dense.");
      states = normalize(add(states, attended), name + "attention.output.LayerNorm.");
      double[][] wide = linear(states, name + "intermediate.dense.");
      for (double[] row : wide) {
        for (int i = 0; i < row.length; i++) {
          row[i] = 0.5 * row[i] * (1 + erf(row[i] / Math.sqrt(2)));
        }
      }
      states =
          normalize(add(states, linear(wide, name + "output.dense.")), name + "output.LayerNorm.");
    }
    return states;
  }

  private double[][] embeddings(int[] ids, int firstSegment) {
    double[] words = weight("embeddings.word_embeddings.weight");
    double[] positions = weight("embeddings.position_embeddings.weight");
    double[] types = weight("embeddings.token_type_embeddings.weight");
    double[][] sum = new double[ids.length][hidden];
    int padding = model.shape.padding();
    int counted = 0;
    for (int t = 0; t < ids.length; t++) {
      int position = ids[t] == padding ? padding : padding + ++counted;
      int type = t < firstSegment ? 0 : 1;
      for (int i = 0; i < hidden; i++) {
        sum[t][i] = words[ids[t] * hidden + i]
            + types[type * hidden + i]
            + positions[position * hidden + i];
      }
    }
    return normalize(sum, "embeddings.LayerNorm.");
  }

  private double[][] attention(double[][] states, String name) {
    double[][] query = linear(states, name + "query.");
    double[][] key = linear(states, name + "key.");
    double[][] value = linear(states, name + "value.");
    int size = hidden / model.shape.heads();
    double[][] mixed = new double[states.length][hidden];
    for (int first = 0; first < hidden; first += size) {
      for (int t = 0; t < states.length; t++) {
        double[] shares = new double[states.length];
        double sum = 0;
        for (int s = 0; s < states.length; s++) {
          double dot = 0;
          for (int i = first; i < first + size; i++) {
            dot += query[t][i] * key[s][i];
          }
          shares[s] = Math.exp(dot / Math.sqrt(size));
          sum += shares[s];
        }
        for (int s = 0; s < states.length; s++) {
          for (int i = first; i < first + size; i++) {
            mixed[t][i] += shares[s] / sum * value[s][i];
          }
        }
      }
    }
    return mixed;
  }

  /** {@code x W^T + b}. */
  double[][] linear(double[][] x, String name) {
    double[] weight = weight(name + "weight");
    double[] bias = weight(name + "bias");
    int in = x[0].length;
    double[][] y = new double[x.length][bias.length];
    for (int t = 0; t < x.length; t++) {
      for (int o = 0; o < bias.length; o++) {
        double sum = bias[o];
        for (int i = 0; i < in; i++) {
          sum += x[t][i] * weight[o * in + i];
        }
        y[t][o] = sum;
      }
    }
    return y;
  }

  private double[][] normalize(double[][] x, String name) {
    double[] scale = weight(name + "weight");
    double[] shift = weight(name + "bias");
    for (double[] row : x) {
      double mean = 0;
      for (double v : row) {
        mean += v / row.length;
      }
      double variance = 0;
      for (double v : row) {
        variance += (v - mean) * (v - mean) / row.length;
      }
      for (int i = 0; i < row.length; i++) {
        row[i] = (row[i] - mean) / Math.sqrt(variance + EPSILON) * scale[i] + shift[i];
      }
    }
    return x;
  }

  private static double[][] add(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int t = 0; t < a.length; t++) {
      for (int i = 0; i < a[t].length; i++) {
        sum[t][i] = a[t][i] + b[t][i];
      }
    }
    return sum;
  }

  /**
   * Maclaurin series near 0, else the continued fraction of {@code erfc} (Abramowitz and Stegun
   * 7.1.5, 7.1.14).
   */
  private static double erf(double x) {
    double z = Math.abs(x);
    double value;
    if (z < 2.5) {
      double term = z;
      double sum = z;
      for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
        term *= -z * z / n;
        sum += term / (2 * n + 1);
      }
      value = 2 / Math.sqrt(Math.PI) * sum;
    } else {
      double fraction = z;
      for (int n = 60; n > 0; n--) {
        fraction = z + n / 2.0 / fraction;
      }
      value = 1 - Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction;
    }
    return x < 0 ? -value : value;
  }

  private double[] weight(String name) {
    double[] weight = model.weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException(name);
    }
    return weight;
  }
}

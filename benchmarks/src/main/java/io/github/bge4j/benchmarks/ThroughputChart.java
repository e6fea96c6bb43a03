package io.github.bge4j.benchmarks;

import java.util.List;
import java.util.Locale;

/** Horizontal bars with the range of the rounds, as SVG that shows on light and dark pages. */
final class ThroughputChart {

  /** One bar; the library's own are drawn in another colour. */
  record Bar(String name, Measurements.Spread value, boolean own) {}

  private static final int WIDTH = 860;
  private static final int LEFT = 250;
  private static final int PLOT = 500;
  private static final int ROW = 28;
  private static final int TOP = 44;

  private ThroughputChart() {}

  static String svg(String title, List<Bar> bars) {
    double most = bars.stream().mapToDouble(bar -> bar.value().most()).max().orElse(1);
    StringBuilder svg = new StringBuilder();
    int height = TOP + ROW * bars.size() + 12;
    line(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"13\">",
        WIDTH,
        height);
    line(svg, "<rect width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#ffffff\"/>", WIDTH, height);
    line(
        svg,
        "<text x=\"16\" y=\"26\" font-size=\"15\" font-weight=\"bold\" fill=\"#1f2328\">%s</text>",
        escape(title));
    for (int i = 0; i < bars.size(); i++) {
      row(svg, bars.get(i), TOP + ROW * i, PLOT / most);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void row(StringBuilder svg, Bar bar, int top, double scale) {
    Measurements.Spread value = bar.value();
    int middle = top + ROW / 2;
    line(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#1f2328\"%s>%s</text>",
        LEFT - 10,
        middle + 4,
        bar.own() ? " font-weight=\"bold\"" : "",
        escape(bar.name()));
    line(
        svg,
        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
        LEFT,
        top + 4,
        value.median() * scale,
        ROW - 8,
        bar.own() ? "#1a7f5a" : "#8c959f");
    line(
        svg,
        "<path d=\"M%.1f %dH%.1f\" stroke=\"#1f2328\"/>",
        LEFT + value.least() * scale,
        middle,
        LEFT + value.most() * scale);
    line(
        svg,
        "<text x=\"%.1f\" y=\"%d\" fill=\"#1f2328\">%,.0f</text>",
        LEFT + value.most() * scale + 8,
        middle + 4,
        value.median());
  }

  private static void line(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}

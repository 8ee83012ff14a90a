package io.echonet.dds.benchmarks;

import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.TreeMap;

/** Figures of one pass, as the one line by which a child process tells them to its parent. */
record Sample(Map<String, Double> figures) {
  Sample {
    figures = new TreeMap<>(figures);
  }

  static Sample parse(String line) {
    Map<String, Double> figures = new TreeMap<>();
    for (StringTokenizer words = new StringTokenizer(line); words.hasMoreTokens(); ) {
      String word = words.nextToken();
      int equals = word.indexOf('=');
      figures.put(word.substring(0, equals), Double.valueOf(word.substring(equals + 1)));
    }
    return new Sample(figures);
  }

  double get(String name) {
    Double figure = figures.get(name);
    if (figure == null) {
      throw new IllegalArgumentException("no figure '" + name + "' among " + figures.keySet());
    }
    return figure;
  }

  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    figures.forEach(
        (name, value) -> line.append(String.format(Locale.ROOT, "%s=%.6f ", name, value)));
    return line.toString().trim();
  }
}

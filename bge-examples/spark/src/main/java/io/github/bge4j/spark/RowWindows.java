package io.github.bge4j.spark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition with one value more each, computed a window at a time and only when they
 * are asked for. Not thread-safe.
 */
final class RowWindows implements Iterator<Row> {

  private final Iterator<Row> rows;
  private final int window;
  private final Function<List<Row>, List<@Nullable Row>> results;
  private Iterator<Row> ready = Collections.emptyIterator();

  /**
   * Reads nothing yet.
   *
   * @param window most rows at once
   * @param results gives the value to add to each of these rows, in their order
   */
  RowWindows(Iterator<Row> rows, int window, Function<List<Row>, List<@Nullable Row>> results) {
    this.rows = rows;
    this.window = window;
    this.results = results;
  }

  @Override
  public boolean hasNext() {
    return ready.hasNext() || rows.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no row is left");
    }
    if (!ready.hasNext()) {
      ready = nextWindow().iterator();
    }
    return ready.next();
  }

  private List<Row> nextWindow() {
    List<Row> read = new ArrayList<>(window);
    while (read.size() < window && rows.hasNext()) {
      read.add(rows.next());
    }
    List<@Nullable Row> added = results.apply(read);
    List<Row> complete = new ArrayList<>(read.size());
    for (int i = 0; i < read.size(); i++) {
      complete.add(joined(read.get(i), added.get(i)));
    }
    return complete;
  }

  private static Row joined(Row row, @Nullable Row added) {
    @Nullable Object[] values = new @Nullable Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = added;
    return RowFactory.create(values);
  }
}

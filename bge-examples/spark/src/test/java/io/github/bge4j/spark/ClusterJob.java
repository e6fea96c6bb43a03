package io.github.bge4j.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The driver of {@link LocalClusterTest}, in a process of its own: runs {@link EmbedJob} a number
 * of times and prints a line for each thing that happens.
 */
public final class ClusterJob {

  private ClusterJob() {}

  /**
   * Runs the jobs.
   *
   * @param arguments the folder of the model; a file of JSON lines; a folder for the outputs; the
   *     file to list processes and devices of tasks in; then how many tasks of each run have to end
   *     before its line {@code KILL}, 0 for none
   */
  public static void main(String[] arguments) throws Exception {
    List<String> runs = Arrays.asList(arguments).subList(4, arguments.length);
    SparkSession session = SparkSession.builder().getOrCreate();
    AtomicInteger tasksToKill = new AtomicInteger();
    session.sparkContext().addSparkListener(new SparkListener() {
      @Override
      public void onTaskEnd(SparkListenerTaskEnd task) {
        if (tasksToKill.decrementAndGet() == 0) {
          System.out.println("KILL");
        }
        if (task.reason() != org.apache.spark.Success$.MODULE$) {
          System.out.println("TASK LOST");
        }
      }

      @Override
      public void onExecutorRemoved(SparkListenerExecutorRemoved executor) {
        System.out.println("REMOVED " + executor.executorId());
      }
    });
    for (int run = 0; run < runs.size(); run++) {
      tasksToKill.set(Integer.parseInt(runs.get(run)));
      long start = System.nanoTime();
      EmbedJob.run(
          session,
          "--input",
          arguments[1],
          "--format",
          "json",
          "--model",
          arguments[0],
          "--outputs",
          "dense,sparse",
          "--partitions",
          "24",
          "--device",
          "cpu",
          "--output",
          arguments[2] + "/" + run);
      System.out.println("DONE " + (System.nanoTime() - start) / 1_000_000);
    }
    Files.write(Path.of(arguments[3]), placesOfTasks(session, arguments[0]));
    session.stop();
  }

  /** Returns, for some tasks, their process, the device and the workers of their model. */
  private static List<String> placesOfTasks(SparkSession session, String model) {
    ModelSettings settings = new BgeEmbeddingTransformer().setModel(model).settings();
    return session
        .range(0, 16, 1, 16)
        .toDF()
        .map(
            (MapFunction<Row, String>) row -> {
              ModelSettings task = settings.inThisTask();
              return ProcessHandle.current().pid() + " " + task.device() + " " + task.workers();
            },
            Encoders.STRING())
        .collectAsList();
  }
}

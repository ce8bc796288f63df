package bench;

import java.util.Arrays;
import java.util.Locale;

/** Warm-up, measurement and output, as bench/programs/harness.ts does them for Node. */
final class Harness {
  static final String RUNTIME = "pekko";
  private static final double SCALE = Double.parseDouble(System.getProperty("scale", "1"));
  static final int REPEATS = SCALE < 1 ? 1 : 3;
  /** The JIT compiler wants whole runs, and time, before it is done. */
  private static final int WARM_UPS = 3;
  private static final double WARM_UP_NANOS = 2e9 * SCALE;

  private Harness() {}

  interface Workload {
    void run(int n) throws Exception;
  }

  static int scaled(int n) {
    return Math.max(1000, (int) Math.round(n * SCALE / 1000) * 1000);
  }

  static void emit(String row, double value) {
    System.out.printf(
        Locale.ROOT,
        "{\"runtime\":\"%s\",\"row\":\"%s\",\"value\":%.3f}%n",
        RUNTIME, row, value);
  }

  /** Runs the workload warm, then measured; prints the median of operations per second. */
  static void rate(String row, int full, Workload workload) throws Exception {
    int n = scaled(full);
    long started = System.nanoTime();
    for (int i = 0; i < WARM_UPS || System.nanoTime() - started < WARM_UP_NANOS; i++) {
      workload.run(n);
    }
    double[] values = new double[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
      System.gc();
      long begin = System.nanoTime();
      workload.run(n);
      values[i] = n / ((System.nanoTime() - begin) / 1e9);
    }
    emit(row, median(values));
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Bytes of heap in use after collections. */
  static long usedBytes() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}

/** Besides: how many tasks. */
object Scheduling {
  def main(args: Array[String]): Unit = {
    val sc = Bench.context("scheduling")
    val runs = args(1).toInt
    val tasks = args(2).toInt
    Bench.timed("tasks", runs) { sc.parallelize(0 until tasks, tasks).map(_ + 1).count() }
    Bench.timed("jobs", runs) {
      (0 until 100).map(_ => sc.parallelize(0 until 2, 2).count()).sum
    }
    Bench.timed("shuffle-jobs", runs) {
      (0 until 100).map { _ =>
        sc.parallelize(0 until 2, 2).map(n => (n, 1)).reduceByKey(_ + _, 2).count()
      }.sum
    }
    sc.stop()
  }
}

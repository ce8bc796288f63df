import org.apache.spark.{SparkConf, SparkContext}

/** What all programs share: arguments are the folder of the inputs, how often, and what a program needs besides. */
object Bench {
  def context(name: String): SparkContext = new SparkContext(new SparkConf().setAppName(name))

  /** Does the work as often as is asked for, and tells how long each time took; the first is cold. */
  def timed(name: String, runs: Int)(body: => Any): Unit =
    for (run <- 0 until runs) {
      val begin = System.nanoTime()
      val check = body
      tell(name, run, (System.nanoTime() - begin) / 1e6, check.toString)
    }

  def tell(name: String, run: Int, ms: Double, check: String): Unit = {
    val time = "%.3f".formatLocal(java.util.Locale.ROOT, ms)
    println(s"""RESULT {"name":"$name","run":$run,"ms":$time,"check":"$check"}""")
    System.out.flush()
  }
}

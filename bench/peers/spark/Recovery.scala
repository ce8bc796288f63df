/** Besides: how many kills. Executors are processes of this application alone, found by its id on their command lines. */
object Recovery {
  private val KillAt = 0.7

  def main(args: Array[String]): Unit = {
    val sc = Bench.context("recovery")
    val kills = args(1).toInt
    while (sc.statusTracker.getExecutorInfos.length < 3) Thread.sleep(100)

    def job(): String = {
      val (keys, total) = sc
        .textFile(args(0) + "/pairs.d/part-0[0-1]", 16)
        .map { line =>
          val tab = line.indexOf('\t')
          (line.substring(0, tab).toInt, line.substring(tab + 1).toInt)
        }
        .groupByKey(16)
        .mapValues(_.sum)
        .map { case (_, sum) => (1L, sum.toLong) }
        .reduce((x, y) => (x._1 + y._1, x._2 + y._2))
      s"$keys/$total"
    }
    def run(name: String, number: Int): Double = {
      val begin = System.nanoTime()
      val check = job()
      val ms = (System.nanoTime() - begin) / 1e6
      Bench.tell(name, number, ms, check)
      ms
    }
    def executors(): Array[ProcessHandle] =
      ProcessHandle.current().descendants().toArray.map(_.asInstanceOf[ProcessHandle]).filter { process =>
        val line = process.info().commandLine().orElse("")
        line.contains("CoarseGrainedExecutorBackend") && line.contains(sc.applicationId)
      }

    job()
    for (number <- 0 until kills) {
      run("undisturbed", 2 * number)
      val last = run("undisturbed", 2 * number + 1)
      val killer = new Thread(() => {
        Thread.sleep((KillAt * last).toLong)
        executors().sortBy(_.pid()).headOption.foreach(_.destroyForcibly())
      })
      killer.start()
      run("killed", number)
      killer.join()
    }
    sc.stop()
  }
}

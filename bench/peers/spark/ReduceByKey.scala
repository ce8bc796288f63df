object ReduceByKey {
  def main(args: Array[String]): Unit = {
    val sc = Bench.context("reduce by key")
    Bench.timed("reducebykey", args(1).toInt) {
      val (keys, total) = sc
        .textFile(args(0) + "/pairs.tsv")
        .map { line =>
          val tab = line.indexOf('\t')
          (line.substring(0, tab).toInt, line.substring(tab + 1).toInt)
        }
        .reduceByKey(_ + _)
        .map { case (_, sum) => (1L, sum.toLong) }
        .reduce((x, y) => (x._1 + y._1, x._2 + y._2))
      s"$keys/$total"
    }
    sc.stop()
  }
}

object Totals {
  def main(args: Array[String]): Unit = {
    val sc = Bench.context("campaign totals")
    Bench.timed("totals", args(1).toInt) {
      val events = sc.textFile(args(0) + "/events.tsv").map { line =>
        val fields = line.split('\t')
        (fields(1).toInt, fields(3).toLong)
      }
      val campaigns = sc.textFile(args(0) + "/campaigns.tsv").map { line =>
        val fields = line.split('\t')
        (fields(0).toInt, fields(1))
      }
      val (names, sum, most) = events
        .join(campaigns)
        .map { case (_, (value, name)) => (name, value) }
        .reduceByKey(_ + _)
        .map { case (_, total) => (1L, total, total) }
        .reduce((x, y) => (x._1 + y._1, x._2 + y._2, math.max(x._3, y._3)))
      s"$names/$sum/$most"
    }
    sc.stop()
  }
}

object WordCount {
  def main(args: Array[String]): Unit = {
    val sc = Bench.context("word count")
    Bench.timed("wordcount", args(1).toInt) {
      val counts = sc
        .textFile(args(0) + "/words.txt")
        .flatMap(_.split(" "))
        .map(word => (word, 1))
        .reduceByKey(_ + _)
      val (keys, total, most) = counts
        .map { case (_, count) => (1L, count.toLong, count) }
        .reduce((x, y) => (x._1 + y._1, x._2 + y._2, math.max(x._3, y._3)))
      s"$keys/$total/$most"
    }
    sc.stop()
  }
}

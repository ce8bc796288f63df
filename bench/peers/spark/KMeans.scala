object KMeans {
  private val Rounds = 20

  def closest(point: Array[Double], centers: Array[Array[Double]]): Int = {
    var best = 0
    var least = Double.MaxValue
    var k = 0
    while (k < centers.length) {
      val center = centers(k)
      var distance = 0.0
      var i = 0
      while (i < center.length) { val x = point(i) - center(i); distance += x * x; i += 1 }
      if (distance < least) { least = distance; best = k }
      k += 1
    }
    best
  }

  def main(args: Array[String]): Unit = {
    val sc = Bench.context("k-means")
    val runs = args(1).toInt
    val points = sc.textFile(args(0) + "/points.csv").map(_.split(',').map(_.toDouble)).cache()
    Bench.timed("load", 1) { points.count() }
    val first = points.take(10)

    def rounds(next: Array[Array[Double]] => Array[Array[Double]]): String = {
      var centers = first
      for (_ <- 0 until Rounds) centers = next(centers)
      "%.3f".formatLocal(java.util.Locale.ROOT, centers.map(_.sum).sum)
    }

    Bench.timed("kmeans", runs) {
      rounds { centers =>
        val width = 11
        val sums = points.mapPartitions { rows =>
          val sum = new Array[Double](centers.length * width)
          while (rows.hasNext) {
            val point = rows.next()
            val at = closest(point, centers) * width
            var i = 0
            while (i < point.length) { sum(at + i) += point(i); i += 1 }
            sum(at + width - 1) += 1
          }
          Iterator.single(sum)
        }.reduce { (a, b) => var i = 0; while (i < a.length) { a(i) += b(i); i += 1 }; a }
        Array.tabulate(centers.length, width - 1) { (k, i) =>
          sums(k * width + i) / math.max(1.0, sums(k * width + width - 1))
        }
      }
    }
    Bench.timed("kmeans-by-key", 1) {
      rounds { centers =>
        val sums = points
          .map(point => (closest(point, centers), (point, 1)))
          .reduceByKey((a, b) => (a._1.zip(b._1).map { case (x, y) => x + y }, a._2 + b._2))
          .collectAsMap()
        Array.tabulate(centers.length) { k =>
          val (sum, count) = sums.getOrElse(k, (centers(k), 1))
          sum.map(_ / count)
        }
      }
    }
    sc.stop()
  }
}

object Start {
  def main(args: Array[String]): Unit = {
    val sc = Bench.context("start")
    println("READY")
    System.out.flush()
    println("FIRST " + sc.parallelize(0 until 2, 2).count())
    System.out.flush()
    sc.stop()
  }
}

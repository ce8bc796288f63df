import org.apache.hadoop.fs.Path

/** Besides: the file of records, the partitions to sort into, and where to write. */
object Sort {
  def main(args: Array[String]): Unit = {
    val sc = Bench.context("sort records")
    val output = new Path(args(4))
    Bench.timed("sort", args(1).toInt) {
      output.getFileSystem(sc.hadoopConfiguration).delete(output, true)
      sc.textFile(args(0) + "/" + args(2))
        .map(line => (line.substring(0, 10), line.substring(10)))
        .sortByKey(true, args(3).toInt)
        .map { case (key, rest) => key + rest }
        .saveAsTextFile(output.toString)
      "written"
    }
    sc.stop()
  }
}

import com.fasterxml.jackson.databind.ObjectMapper
import java.nio.file.{Files, Paths}
import java.util.{List => JList, Map => JMap}
import org.apache.spark._
import org.apache.spark.rdd.RDD
import org.apache.spark.util.StatCounter
import scala.jdk.CollectionConverters._

/** Which partition a key belongs to, as the same function on our side says. */
class Modulo(override val numPartitions: Int) extends Partitioner {
  def getPartition(key: Any): Int = Math.floorMod(Functions.code(key), numPartitions)
  override def equals(other: Any): Boolean = other match {
    case modulo: Modulo => modulo.numPartitions == numPartitions
    case _              => false
  }
  override def hashCode: Int = numPartitions
}

/** What programs name: the same as in functions.ts. */
object Functions extends Serializable {
  val order: Ordering[Any] = new Ordering[Any] {
    def compare(a: Any, b: Any): Int = (a, b) match {
      case (x: Int, y: Int)       => Integer.compare(x, y)
      case (x: String, y: String) => x.compareTo(y)
      case ((a1, a2), (b1, b2)) =>
        val first = compare(a1, b1)
        if (first != 0) first else compare(a2, b2)
      case _ => throw new IllegalStateException(s"no order of $a and $b")
    }
  }

  def code(key: Any): Int = key match {
    case x: Int      => x
    case s: String   => s.length
    case (first, _)  => code(first)
    case _           => 0
  }

  def map(name: String): Any => Any = name match {
    case "inc"    => { case x: Int => (x + 1) % 1009 }
    case "triple" => { case x: Int => (x * 3) % 1009 }
    case "mod7"   => { case x: Int => Math.floorMod(x, 7) }
    case "text"   => { case x: Int => "s" + x }
    case "byMod5" => { case x: Int => (Math.floorMod(x, 5), x) }
    case "byText" => { case x: Int => ("k" + Math.floorMod(x, 3), x) }
    case "length" => { case s: String => s.length }
    case "tagged" => { case s: String => s + "t" }
    case "byLength" => { case s: String => (s.length, s.length * 2) }
    case "byWord" => { case s: String => (s, s.length) }
    case "value"  => { case (_, v) => v }
    case "bump"   => { case (k, v: Int) => (k, (v + 1) % 1009) }
    case "fails"  => _ => throw new ArithmeticException("the function fails")
  }

  def flatMap(name: String): Any => Seq[Any] = name match {
    case "twice"   => { case x: Int => if (x % 2 == 0) Seq(x, x + 1) else Seq() }
    case "longer"  => { case s: String => if (s.length < 4) Seq(s, s + "x") else Seq() }
    case "further" => { case (k, v: Int) => Seq((k, v), (k, (v + 1) % 1009)) }
  }

  def filter(name: String): Any => Boolean = name match {
    case "even"      => { case x: Int => x % 2 == 0 }
    case "short"     => { case s: String => s.length < 3 }
    case "evenValue" => { case (_, v: Int) => v % 2 == 0 }
    case "none"      => _ => false
  }

  def number(value: Any): Int = value.asInstanceOf[Int]
  val sum: (Any, Any) => Any = (a, b) => number(a) + number(b)
  /** What is left of a group, whatever the order of its values. */
  def digest(values: Iterable[Any]): Int = values.map(number).sum % 1009 * 100 + values.size
  def side(value: Option[Any]): Int = value.map(number).getOrElse(-1)
  def both(left: Int, right: Int): Int = (left * 31 + right) % 1009
}

object Beside {
  import Functions._
  private type Op = JMap[String, Any]
  private type Pairs = RDD[(Any, Any)]
  private implicit val ordering: Ordering[Any] = order

  private def list(value: Any): Seq[Any] = value.asInstanceOf[JList[Any]].asScala.toSeq
  private def op(value: Any): Op = value.asInstanceOf[Op]
  private def int(op: Op, name: String): Int = op.get(name).asInstanceOf[Int]
  private def real(op: Op, name: String): Double = op.get(name).asInstanceOf[Number].doubleValue
  private def text(op: Op, name: String): String = op.get(name).asInstanceOf[String]
  private def row(value: Any): Any = value match {
    case pair: JList[_] => (row(pair.get(0)), row(pair.get(1)))
    case other          => other
  }

  /** How keys are spread: by default, over a number of partitions, or by a partitioner. */
  private def spread[A](op: Op)(default: => A)(over: Int => A)(by: Partitioner => A): A =
    if (op.containsKey("by")) by(new Modulo(int(op, "by")))
    else if (op.containsKey("over")) over(int(op, "over"))
    else default

  private def pairs(rdd: RDD[Any]): Pairs = rdd.asInstanceOf[Pairs]
  /** With arrays of pairs in place of arrays of anything, which some methods take for granted. */
  private def tagged(rdd: RDD[Any]): Pairs = pairs(rdd).mapPartitions(identity, preservesPartitioning = true)
  private def rows(rdd: RDD[_]): RDD[Any] = rdd.asInstanceOf[RDD[Any]]

  def make(sc: SparkContext, program: Op): RDD[Any] = {
    val source = op(program.get("source"))
    val first: RDD[Any] =
      if (source.containsKey("range")) {
        val Seq(start, end, step) = list(source.get("range")).map(_.asInstanceOf[Int])
        sc.range(start, end, step, int(source, "slices")).map(_.toInt: Any)
      } else if (source.containsKey("empty")) sc.emptyRDD[Any]
      else sc.parallelize(list(source.get("rows")).map(row), int(source, "slices"))
    list(program.get("ops")).foldLeft(first)((rdd, each) => apply(sc, rdd, op(each)))
  }

  private def apply(sc: SparkContext, rdd: RDD[Any], o: Op): RDD[Any] = {
    lazy val kv = pairs(rdd)
    lazy val other: RDD[Any] =
      if (o.get("other") == "self") rdd else make(sc, op(o.get("other")))
    lazy val others: Seq[Pairs] = list(o.get("others")).map(each => pairs(make(sc, op(each))))
    rows(text(o, "op") match {
      case "map"     => rdd.map(Functions.map(text(o, "f")))
      case "filter"  => rdd.filter(Functions.filter(text(o, "f")))
      case "flatMap" => rdd.flatMap(Functions.flatMap(text(o, "f")))
      case "distinct" =>
        if (o.containsKey("over")) rdd.distinct(int(o, "over")) else rdd.distinct()
      case "union"        => rdd.union(other)
      case "unions"       => sc.union(rdd +: list(o.get("others")).map(each => make(sc, op(each))))
      case "intersection" => spread(o)(rdd.intersection(other))(rdd.intersection(other, _))(rdd.intersection(other, _))
      case "subtract"     => spread(o)(rdd.subtract(other))(rdd.subtract(other, _))(rdd.subtract(other, _))
      case "cartesian"    => rdd.cartesian(other)
      case "zipWithIndex" => rdd.zipWithIndex().map { case (r, i) => (r, i.toInt): Any }
      case "zipWithUniqueId" => rdd.zipWithUniqueId().map { case (r, i) => (r, i.toInt): Any }
      case "zip"          => rdd.zip(other)
      case "zipPartitions" =>
        rdd.zipPartitions(other, o.get("keeps") == true)((a, b) => a ++ b)
      case "glom"         => rdd.glom().map(_.length: Any)
      case "indexed" =>
        rdd.mapPartitionsWithIndex((i, rows) => rows.map(row => (i, row): Any), o.get("keeps") == true)
      case "coalesce"    => rdd.coalesce(int(o, "n"), o.get("shuffle") == true)
      case "repartition" => rdd.repartition(int(o, "n"))
      case "sortBy" =>
        if (o.containsKey("n")) rdd.sortBy(identity, o.get("asc") == true, int(o, "n"))
        else rdd.sortBy(identity, o.get("asc") == true)
      case "sample"      => rdd.sample(o.get("again") == true, real(o, "fraction"), 7)
      case "randomSplit" =>
        val parts = rdd.randomSplit(list(o.get("weights")).map(_.asInstanceOf[Number].doubleValue).toArray, 7)
        sc.union(parts.toSeq)
      case "keyBy"       => rdd.keyBy(Functions.map(text(o, "f")))
      case "groupBy" =>
        val f = Functions.map(text(o, "f"))
        spread(o)(rdd.groupBy(f))(rdd.groupBy(f, _))(rdd.groupBy(f, _)).mapValues(digest)
      case "mapValues"     => kv.mapValues(v => (number(v) + 1) % 1009)
      case "flatMapValues" => kv.flatMapValues(v => Seq.fill(number(v) % 3)(v))
      case "keys"          => kv.keys
      case "values"        => kv.values
      case "reduceByKey"   => spread(o)(kv.reduceByKey(sum))(kv.reduceByKey(sum, _))(kv.reduceByKey(_, sum))
      case "groupByKey" =>
        spread(o)(kv.groupByKey())(kv.groupByKey(_))(kv.groupByKey(_)).mapValues(digest)
      case "foldByKey" =>
        val zero: Any = int(o, "zero")
        spread(o)(kv.foldByKey(zero)(sum))(kv.foldByKey(zero, _)(sum))(kv.foldByKey(zero, _)(sum))
      case "aggregateByKey" =>
        val zero: Any = int(o, "zero")
        spread(o)(kv.aggregateByKey(zero)(sum, sum))(kv.aggregateByKey(zero, _)(sum, sum))(
          kv.aggregateByKey(zero, _)(sum, sum))
      case "combineByKey" =>
        val create = (v: Any) => (number(v) + 1: Any)
        val mapSide = o.get("mapSide") == true
        if (o.containsKey("by"))
          kv.combineByKey[Any](create, sum, sum, new Modulo(int(o, "by")), mapSide)
        else if (o.containsKey("over")) kv.combineByKey[Any](create, sum, sum, int(o, "over"))
        else kv.combineByKey[Any](create, sum, sum)
      case "partitionBy" =>
        kv.partitionBy(
          if (o.containsKey("by")) new Modulo(int(o, "by")) else new HashPartitioner(int(o, "over")))
      case "sortByKey" =>
        val ordered = rdd.asInstanceOf[Pairs]
        if (o.containsKey("n")) ordered.sortByKey(o.get("asc") == true, int(o, "n"))
        else ordered.sortByKey(o.get("asc") == true)
      case "repartitionAndSort" =>
        kv.repartitionAndSortWithinPartitions(new Modulo(int(o, "by")))
      case "filterByRange" => kv.filterByRange(row(o.get("from")), row(o.get("to")))
      case "join" =>
        val that = pairs(other)
        spread(o)(kv.join(that))(kv.join(that, _))(kv.join(that, _))
          .mapValues { case (v, w) => both(number(v), number(w)) }
      case "leftOuterJoin" =>
        val that = pairs(other)
        spread(o)(kv.leftOuterJoin(that))(kv.leftOuterJoin(that, _))(kv.leftOuterJoin(that, _))
          .mapValues { case (v, w) => both(number(v), side(w)) }
      case "rightOuterJoin" =>
        val that = pairs(other)
        spread(o)(kv.rightOuterJoin(that))(kv.rightOuterJoin(that, _))(kv.rightOuterJoin(that, _))
          .mapValues { case (v, w) => both(side(v), number(w)) }
      case "fullOuterJoin" =>
        val that = pairs(other)
        spread(o)(kv.fullOuterJoin(that))(kv.fullOuterJoin(that, _))(kv.fullOuterJoin(that, _))
          .mapValues { case (v, w) => both(side(v), side(w)) }
      case "cogroup" =>
        def seqs(groups: Iterable[Any]*): Any = groups.map(digest).reduce(both)
        others match {
          case Seq(a) =>
            spread(o)(kv.cogroup(a))(kv.cogroup(a, _))(kv.cogroup(a, _))
              .mapValues { case (v, w) => seqs(v, w) }
          case Seq(a, b) =>
            spread(o)(kv.cogroup(a, b))(kv.cogroup(a, b, _))(kv.cogroup(a, b, _))
              .mapValues { case (v, w, x) => seqs(v, w, x) }
          case Seq(a, b, c) =>
            spread(o)(kv.cogroup(a, b, c))(kv.cogroup(a, b, c, _))(kv.cogroup(a, b, c, _))
              .mapValues { case (v, w, x, y) => seqs(v, w, x, y) }
        }
      case "subtractByKey" =>
        val that = pairs(other)
        spread(o)(kv.subtractByKey(that))(kv.subtractByKey(that, _))(kv.subtractByKey(that, _))
      case "sampleByKeyExact" =>
        val keys = list(o.get("keys")).map(row)
        kv.sampleByKeyExact(o.get("again") == true, keys.map(_ -> real(o, "fraction")).toMap, 7L)
          .mapValues(_ => 1).asInstanceOf[Pairs].reduceByKey(sum)
    })
  }

  private def act(rdd: RDD[Any], o: Op): Any = {
    lazy val kv = pairs(rdd)
    lazy val doubles = rdd.map(number(_).toDouble)
    def sortedMap(map: scala.collection.Map[Any, Any]): Any =
      map.toSeq.sortBy(_._1).map { case (k, v) => Seq(k, v) }
    text(o, "action") match {
      case "collect" => rdd.collect().toSeq
      case "count"   => rdd.count()
      case "isEmpty" => rdd.isEmpty()
      case "first"   => rdd.first()
      case "take"    => rdd.take(int(o, "n")).toSeq
      case "takeOrdered" => rdd.takeOrdered(int(o, "n")).toSeq
      case "top"     => rdd.top(int(o, "n")).toSeq
      case "min"     => rdd.min()
      case "max"     => rdd.max()
      case "takeSample" => rdd.takeSample(o.get("again") == true, int(o, "n"), 7L).length
      case "countByValue" => sortedMap(rdd.countByValue().asInstanceOf[scala.collection.Map[Any, Any]])
      case "reduce"  => rdd.reduce(sum)
      case "fold"    => rdd.fold(int(o, "zero"))(sum)
      case "aggregate" => rdd.aggregate(int(o, "zero"): Any)(sum, sum)
      case "treeReduce" => rdd.treeReduce(sum, int(o, "depth"))
      case "treeAggregate" => rdd.treeAggregate(int(o, "zero"): Any)(sum, sum, int(o, "depth"))
      case "lookup"  => kv.lookup(row(o.get("key"))).sorted
      case "countByKey" => sortedMap(kv.countByKey().asInstanceOf[scala.collection.Map[Any, Any]])
      case "collectAsMap" => sortedMap(tagged(rdd).collectAsMap())
      case "reduceByKeyLocally" => sortedMap(kv.reduceByKeyLocally(sum))
      case "countApprox" => bounded(rdd.countApprox(60000, real(o, "confidence")).getFinalValue())
      case "sumApprox"  => bounded(doubles.sumApprox(60000, real(o, "confidence")).getFinalValue())
      case "meanApprox" => bounded(doubles.meanApprox(60000, real(o, "confidence")).getFinalValue())
      case "sum"     => doubles.sum()
      case "mean"    => doubles.mean()
      case "stats"   => stats(doubles.stats())
      case "variance" => doubles.variance()
      case "sampleVariance" => doubles.sampleVariance()
      case "stdev"   => doubles.stdev()
      case "sampleStdev" => doubles.sampleStdev()
      case "histogram" =>
        if (o.containsKey("buckets")) {
          val bounds = list(o.get("buckets")).map(_.asInstanceOf[Number].doubleValue).toArray
          doubles.histogram(bounds, o.get("even") == true).toSeq
        } else {
          val (bounds, counts) = doubles.histogram(int(o, "n"))
          Seq(bounds.toSeq, counts.toSeq)
        }
      case "numPartitions" => rdd.getNumPartitions
      case "partitions" => rdd.glom().collect().toSeq.map(_.toSeq)
      case "partitioner" =>
        rdd.partitioner match {
          case None => "none"
          case Some(partitioner) =>
            val kind = partitioner match {
              case _: HashPartitioner => "hash"
              case _: Modulo => "modulo"
              case _: RangePartitioner[_, _] => "range"
              case _ => "other"
            }
            s"$kind ${partitioner.numPartitions}"
        }
    }
  }

  private def bounded(value: org.apache.spark.partial.BoundedDouble): Any =
    Seq(value.mean, value.confidence, value.low, value.high)

  private def stats(s: StatCounter): Any = Seq(s.count, s.mean, s.sum, s.min, s.max, s.variance)

  private def plain(value: Any): Any = value match {
    case (a, b)         => List(plain(a), plain(b)).asJava
    case seq: Iterable[_] => seq.map(plain).toList.asJava
    case d: Double if d.isNaN || d.isInfinite => d.toString
    case None           => null
    case other          => other
  }

  /** Of its own exceptions that are one of Java's, with an error class, Spark has classes by the same name with `Spark` before it. */
  private def nameOf(error: Throwable): String =
    error.getClass.getSimpleName.replaceFirst("^Spark(?=.*(Argument|Operation|Bounds|Arithmetic))", "")

  private def refused(error: Throwable): Any = {
    var cause = error
    while (cause.getCause != null) cause = cause.getCause
    val said = String.valueOf(error.getMessage).linesIterator.nextOption().getOrElse("")
    Map("error" -> nameOf(error), "cause" -> nameOf(cause), "message" -> said).asJava
  }

  def main(args: Array[String]): Unit = {
    val conf = new SparkConf().setMaster("local[2]").setAppName("beside")
      .set("spark.ui.enabled", "false").set("spark.driver.bindAddress", "127.0.0.1")
      .set("spark.driver.host", "127.0.0.1")
    org.apache.logging.log4j.core.config.Configurator.setRootLevel(org.apache.logging.log4j.Level.OFF)
    val sc = new SparkContext(conf)
    sc.setLogLevel("OFF")
    val json = new ObjectMapper
    val programs = list(json.readValue(Files.readAllBytes(Paths.get(args(0))), classOf[Any]))
    val answers = programs.map { each =>
      val program = op(each)
      try {
        val rdd = make(sc, program)
        list(program.get("actions")).map { action =>
          try Map("value" -> plain(act(rdd, op(action)))).asJava
          catch { case error: Exception => refused(error) }
        }.asJava
      } catch { case error: Exception => refused(error) }
    }
    Files.write(Paths.get(args(1)), json.writeValueAsBytes(answers.asJava))
    sc.stop()
  }
}

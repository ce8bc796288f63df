import { FunctionPartitioner, HashPartitioner, RangePartitioner } from '../../../src/spark/index.ts'
import type { Pair, Partitioner, RDD, SparkContext } from '../../../src/spark/index.ts'
import { knownPartitioner } from '../../../src/spark/shuffle/index.ts'
import { FILTERS, FLAT_MAPS, MAPS, add, both, codeOf, digest, modulo } from './functions.ts'
import type { Action, Answer, Op, Program, Spread, Trial } from './program.ts'

type Rows = RDD<unknown>
type Pairs = RDD<Pair<unknown, number>>
type Numbers = RDD<number>

const modulos = new Map<number, Partitioner>()

/** By the code of a key; of one number there is one, since that is what makes partitioners of functions equal. */
function moduloOver(n: number): Partitioner {
  const made = modulos.get(n) ?? new FunctionPartitioner(n, (key: unknown) => modulo(key, n))
  modulos.set(n, made)
  return made
}

/** A program on our engine: an answer for each action, or why it could not be made. */
export async function answersOf(sc: SparkContext, trial: Trial): Promise<Answer | Answer[]> {
  try {
    const rdd = await made(sc, trial)
    const answers: Answer[] = []
    for (const action of trial.actions) {
      answers.push(
        await act(rdd, action).then((value) => ({ value: plain(value) }) as const, refusal),
      )
    }
    return answers
  } catch (error) {
    return refusal(error)
  }
}

function refusal(error: unknown): Answer {
  let cause = error as { readonly code?: string; readonly name?: string; readonly cause?: unknown }
  while (cause.cause !== undefined && cause.cause !== null) cause = cause.cause
  const { code, name, message } = error as { code?: string; name: string; message: string }
  return { error: code ?? name, cause: cause.code ?? cause.name ?? '', message }
}

async function made(sc: SparkContext, { source, ops }: Program): Promise<Rows> {
  let rdd: Rows
  if ('range' in source) {
    const [start, end, step] = source.range
    rdd = sc.range(start, end, step, source.slices)
  } else if ('empty' in source) rdd = sc.emptyRDD()
  else rdd = sc.parallelize([...source.rows], source.slices)
  for (const op of ops) rdd = await applied(sc, rdd, op)
  return rdd
}

function spread({ over, by }: Spread): Partitioner | number | undefined {
  return by === undefined ? over : moduloOver(by)
}

const text = (op: Op): string => op.f ?? ''
const mapOf = (op: Op): ((row: never) => unknown) => MAPS[text(op) as keyof typeof MAPS]

async function applied(sc: SparkContext, rdd: Rows, o: Op): Promise<Rows> {
  const pairs = rdd as unknown as Pairs
  const by = spread(o)
  const other = o.other === undefined || o.other === 'self' ? rdd : await made(sc, o.other)
  const otherPairs = other as unknown as Pairs
  const others: Rows[] = []
  for (const each of o.others ?? []) others.push(await made(sc, each))
  switch (o.op) {
    case 'map':
      return rdd.map(mapOf(o) as (row: unknown) => unknown)
    case 'filter':
      return rdd.filter(FILTERS[text(o) as keyof typeof FILTERS] as (row: unknown) => boolean)
    case 'flatMap':
      return rdd.flatMap(
        FLAT_MAPS[text(o) as keyof typeof FLAT_MAPS] as (row: unknown) => unknown[],
      )
    case 'distinct':
      return rdd.distinct(o.over)
    case 'union':
      return rdd.union(other)
    case 'unions':
      return sc.union([rdd, ...others])
    case 'intersection':
      return rdd.intersection(other, by)
    case 'subtract':
      return rdd.subtract(other, by)
    case 'cartesian':
      return rdd.cartesian(other)
    case 'zipWithIndex':
      return rdd.zipWithIndex()
    case 'zipWithUniqueId':
      return rdd.zipWithUniqueId()
    case 'zip':
      return rdd.zip(other)
    case 'zipPartitions':
      return rdd.zipPartitions(
        [other],
        async function* (a, b) {
          yield* a
          yield* b
        },
        { preservesPartitioning: o.keeps === true },
      )
    case 'glom':
      return rdd.glom().map((rows) => rows.length)
    case 'indexed':
      return rdd.mapPartitionsWithIndex(
        async function* (i, rows) {
          for await (const row of rows) yield [i, row]
        },
        { preservesPartitioning: o.keeps === true },
      )
    case 'coalesce':
      return rdd.coalesce(o.n as number, { shuffle: o.shuffle === true })
    case 'repartition':
      return rdd.repartition(o.n as number)
    case 'sortBy':
      return rdd.sortBy((row) => row, o.asc, o.n)
    case 'sample':
      return rdd.sample(o.again === true, o.fraction as number, 7)
    case 'randomSplit':
      return sc.union(rdd.randomSplit(o.weights ?? [], 7))
    case 'keyBy':
      return rdd.keyBy(mapOf(o) as (row: unknown) => unknown)
    case 'groupBy':
      return (rdd as Numbers)
        .groupBy(mapOf(o) as (row: unknown) => unknown, by)
        .mapValues((group) => digest(group))
    case 'mapValues':
      return pairs.mapValues((v) => (v + 1) % 1009)
    case 'flatMapValues':
      return pairs.flatMapValues((v) => Array.from({ length: v % 3 }, () => v))
    case 'keys':
      return pairs.keys()
    case 'values':
      return pairs.values()
    case 'reduceByKey':
      return pairs.reduceByKey(add, by)
    case 'groupByKey':
      return pairs.groupByKey(by).mapValues((group) => digest(group))
    case 'foldByKey':
      return pairs.foldByKey(o.zero as number, add, by)
    case 'aggregateByKey':
      return pairs.aggregateByKey(o.zero as number, add, add, by)
    case 'combineByKey':
      return pairs.combineByKey((v) => v + 1, add, add, {
        ...(by !== undefined && { partitioning: by }),
        isMapSide: o.by === undefined || o.mapSide === true,
      })
    case 'partitionBy':
      return pairs.partitionBy(by as Partitioner | number)
    case 'sortByKey':
      return pairs.sortByKey(o.asc, o.n)
    case 'repartitionAndSort':
      return pairs.repartitionAndSortWithinPartitions(by as Partitioner)
    case 'filterByRange':
      return pairs.filterByRange(o.from, o.to)
    case 'join':
      return pairs.join(otherPairs, by).mapValues(([v, w]) => both(v, w))
    case 'leftOuterJoin':
      return pairs.leftOuterJoin(otherPairs, by).mapValues(([v, w]) => both(v, w ?? -1))
    case 'rightOuterJoin':
      return pairs.rightOuterJoin(otherPairs, by).mapValues(([v, w]) => both(v ?? -1, w))
    case 'fullOuterJoin':
      return pairs.fullOuterJoin(otherPairs, by).mapValues(([v, w]) => both(v ?? -1, w ?? -1))
    case 'cogroup':
      return pairs
        .cogroup(others as unknown as [Pairs], by)
        .mapValues((groups) => (groups as number[][]).map(digest).reduce(both))
    case 'subtractByKey':
      return pairs.subtractByKey(otherPairs, by)
    case 'sampleByKeyExact': {
      const fractions = new Map((o.keys ?? []).map((key) => [key, o.fraction as number]))
      return pairs
        .sampleByKeyExact(o.again === true, fractions, 7)
        .mapValues(() => 1)
        .reduceByKey(add)
    }
    default:
      throw new TypeError(`no operator ${o.op}`)
  }
}

async function act(rdd: Rows, o: Action): Promise<unknown> {
  const pairs = rdd as unknown as Pairs
  const numbers = rdd as unknown as Numbers
  const n = o.n as number
  const confidence = o.confidence as number
  switch (o.action) {
    case 'collect':
      return rdd.collect()
    case 'count':
      return rdd.count()
    case 'isEmpty':
      return rdd.isEmpty()
    case 'first':
      return rdd.first()
    case 'take':
      return rdd.take(n)
    case 'takeOrdered':
      return rdd.takeOrdered(n)
    case 'top':
      return rdd.top(n)
    case 'min':
      return rdd.min()
    case 'max':
      return rdd.max()
    case 'takeSample':
      return (await rdd.takeSample(o.again === true, n, 7)).length
    case 'countByValue':
      return inOrder(await rdd.countByValue())
    case 'reduce':
      return numbers.reduce(add)
    case 'fold':
      return numbers.fold(o.zero as number, add)
    case 'aggregate':
      return numbers.aggregate(o.zero as number, add, add)
    case 'treeReduce':
      return numbers.treeReduce(add, { depth: o.depth as number })
    case 'treeAggregate':
      return numbers.treeAggregate(o.zero as number, add, add, { depth: o.depth as number })
    case 'lookup':
      return (await pairs.lookup(o.key)).sort((a, b) => a - b)
    case 'countByKey':
      return inOrder(await pairs.countByKey())
    case 'collectAsMap':
      return inOrder(await pairs.collectAsMap())
    case 'reduceByKeyLocally':
      return inOrder(await pairs.reduceByKeyLocally(add))
    case 'countApprox':
      return bounded((await rdd.countApprox(60_000, { confidence })).finalValue)
    case 'sumApprox':
      return bounded((await numbers.sumApprox(60_000, { confidence })).finalValue)
    case 'meanApprox':
      return bounded((await numbers.meanApprox(60_000, { confidence })).finalValue)
    case 'sum':
      return numbers.sum()
    case 'mean':
      return numbers.mean()
    case 'stats': {
      const stats = await numbers.stats()
      return [stats.count, stats.mean, stats.sum, stats.min, stats.max, stats.variance]
    }
    case 'variance':
      return numbers.variance()
    case 'sampleVariance':
      return numbers.sampleVariance()
    case 'stdev':
      return numbers.stdev()
    case 'sampleStdev':
      return numbers.sampleStdev()
    case 'histogram': {
      const options = { evenBuckets: o.even === true }
      const { buckets, counts } = await numbers.histogram(o.buckets ?? n, options)
      return o.buckets === undefined ? [buckets, counts] : counts
    }
    case 'numPartitions':
      return rdd.getNumPartitions()
    case 'partitions':
      return rdd.glom().collect()
    case 'partitioner':
      await rdd.getNumPartitions()
      return nameOf(rdd.partitioner)
    default:
      throw new TypeError(`no action ${o.action}`)
  }
}

function nameOf(given: Partitioner | undefined): string {
  if (given === undefined) return 'none'
  const partitioner = knownPartitioner(given)
  const kind =
    partitioner instanceof HashPartitioner
      ? 'hash'
      : partitioner instanceof FunctionPartitioner
        ? 'modulo'
        : partitioner instanceof RangePartitioner
          ? 'range'
          : 'other'
  return `${kind} ${String(partitioner?.numPartitions)}`
}

interface Bounded {
  readonly mean: number
  readonly confidence: number
  readonly low: number
  readonly high: number
}

async function bounded(value: Promise<Bounded>): Promise<unknown> {
  const { mean, confidence, low, high } = await value
  return [mean, confidence, low, high]
}

function inOrder(map: ReadonlyMap<unknown, unknown>): unknown {
  return [...map].sort(([a], [b]) => compareRows(a, b))
}

/** Integers, texts, and pairs of these. */
export function compareRows(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < a.length; i += 1) {
      const first = compareRows(a[i], b[i])
      if (first !== 0) return first
    }
    return 0
  }
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  return codeOf(a) - codeOf(b)
}

/** As it comes out of JSON. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

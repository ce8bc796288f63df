import type { Batches, Later, Rows } from '../batches/index.ts'
import type { Encoder } from '../columns/index.ts'
import { checkFunction, invalidArgument } from '../errors.ts'
import type { Pair } from '../shuffle/index.ts'
import { BaseRDD } from './base-rdd.ts'
import { createOperator } from './operator-table.ts'
import type { PrintLine } from './operators/piped-rdd.ts'
import { checkFactory, type PartitionEvaluatorFactory } from './partition-evaluator.ts'
import { RDDBarrier } from './rdd-barrier.ts'
import type { RDD } from './rdd.ts'
import type { TaskContext } from './task-context.ts'
import { TolerantRows, type TolerantOptions } from './tolerant-rows.ts'

/** Whether a function over partitions leaves the keys where they are, so that the partitioner still holds. */
export interface PartitionsOptions {
  /** False by default. */
  readonly preservesPartitioning?: boolean
}

/**
 * What can be done to the rows, one by one or a partition at a time. Each call makes an RDD and computes nothing.
 *
 * Functions may be async: the answers of a batch (at most 4,096 rows) are then awaited together, so that many of them are
 * under way at once. Use `mapPartitions` to bound that.
 */
export abstract class Transformations<T> extends BaseRDD<T> {
  /** Every row through `f`; a function that gives `[key, value]` makes an RDD of pairs. */
  map<K, V>(f: (row: T) => Later<Pair<K, V>>): RDD<Pair<K, V>>
  map<U>(f: (row: T) => Later<U>): RDD<U>
  map<U>(f: (row: T) => Later<U>): RDD<U> {
    return createOperator('map', this.context, [asRDD(this)], { f })
  }

  /**
   * The rows as what they are declared to be: each is looked at when it is computed, and they go on as columns, in shuffles and in
   * the cache, too. Keeps the partitioner.
   *
   *     const totals = events.map(parse).as(Encoders.tuple(Encoders.string, Encoders.double)).reduceByKey((a, b) => a + b)
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID; TROUPE_SPARK_ROW_NOT_OF_TYPE, when run, for a row that is something else
   */
  as<U>(encoder: Encoder<U>): RDD<U> {
    const schema = (encoder as Partial<Encoder<U>> | undefined)?.schema
    if (schema === undefined) throw invalidArgument('as', encoder, 'one of Encoders')
    return createOperator('as', this.context, [asRDD(this)], { schema })
  }

  /** The rows for which `f` holds; keeps the partitioner. */
  filter<U extends T>(f: (row: T) => row is U): RDD<U>
  filter(f: (row: T) => Later<boolean>): RDD<T>
  filter(f: (row: T) => Later<boolean>): RDD<T> {
    return createOperator('filter', this.context, [asRDD(this)], { f })
  }

  /** Every row through `f`, the rows of its results in a line; `f` may be a generator, sync or async. */
  flatMap<K, V>(
    f: (row: T) => Later<Iterable<Pair<K, V>>> | AsyncIterable<Pair<K, V>>,
  ): RDD<Pair<K, V>>
  flatMap<U>(f: (row: T) => Later<Iterable<U>> | AsyncIterable<U>): RDD<U>
  flatMap<U>(f: (row: T) => Later<Iterable<U>> | AsyncIterable<U>): RDD<U> {
    return createOperator('flatMap', this.context, [asRDD(this)], { f })
  }

  /** The rows of each partition through `f`, which may be a generator, sync or async. */
  mapPartitions<U>(
    f: (rows: Batches<T>) => Rows<U> | Promise<Rows<U>>,
    options: PartitionsOptions = {},
  ): RDD<U> {
    return createOperator('mapPartitions', this.context, [asRDD(this)], { f, ...options })
  }

  /** As {@link Transformations.mapPartitions}, with the partition's index and the task's context. */
  mapPartitionsWithIndex<U>(
    f: (index: number, rows: Batches<T>, context: TaskContext) => Rows<U> | Promise<Rows<U>>,
    options: PartitionsOptions = {},
  ): RDD<U> {
    return createOperator('mapPartitionsWithIndex', this.context, [asRDD(this)], { f, ...options })
  }

  /** The rows for functions whose tasks run all at once, and may wait for each other. */
  barrier(): RDDBarrier<T> {
    return new RDDBarrier(this)
  }

  /** As {@link Transformations.mapPartitionsWithIndex}, by an evaluator that `factory` makes in each task. */
  mapPartitionsWithEvaluator<U>(factory: PartitionEvaluatorFactory<T, U>): RDD<U> {
    checkFactory('mapPartitionsWithEvaluator', factory)
    return createOperator('evaluated', this.context, [asRDD(this)], { factory })
  }

  /**
   * The partitions of this and another, side by side, through an evaluator that `factory` makes in each task.
   *
   * @throws TROUPE_SPARK_PARTITIONS_DIFFER, when run, unless both have as many partitions
   */
  zipPartitionsWithEvaluator<U>(other: RDD<T>, factory: PartitionEvaluatorFactory<T, U>): RDD<U> {
    checkFactory('zipPartitionsWithEvaluator', factory)
    return createOperator('evaluated', this.context, [asRDD(this), asRDD(other)], { factory })
  }

  /**
   * The lines that a command writes to stdout when it reads the rows of a partition from stdin, a line each (arrays and
   * plain objects as JSON). A text is cut at its spaces, without quotes; nothing is run by a shell.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID; TROUPE_SPARK_PIPE_FAILED, when run, for a command that ends with a code other than 0
   */
  pipe(
    command: string | readonly string[],
    options: {
      /** Added to the environment of the executor. */
      readonly environment?: Readonly<Record<string, string>>
      readonly directory?: string
      /** Writes lines before the rows, in each partition. */
      readonly printPipeContext?: (print: PrintLine) => void
      /** Writes the lines of a row in place of the row. */
      readonly printRDDElement?: (row: T, print: PrintLine) => void
    } = {},
  ): RDD<string> {
    const words = typeof command === 'string' ? command.split(/\s+/) : [...command]
    const parts = words.filter((word, i) => i > 0 || word !== '')
    if (typeof parts[0] !== 'string') throw invalidArgument('pipe', command, 'a command')
    return createOperator('pipe', this.context, [asRDD(this)], { ...options, command: parts })
  }

  /**
   * The rows for functions that may fail for some of them: up to the share `maxBadRate` of a partition (0 … 1), these
   * are left out.
   *
   *     const numbers = lines.tolerate(0.01).map(parse)
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  tolerate(maxBadRate: number, options: TolerantOptions<T> = {}): TolerantRows<T> {
    return new TolerantRows(this, maxBadRate, options)
  }

  /** Pairs of `f(row)` and the row. */
  keyBy<K>(f: (row: T) => Later<K>): RDD<Pair<K, T>> {
    return createOperator('keyBy', this.context, [asRDD(this)], { f })
  }

  /** One row for each partition: an array of all its rows, in memory. */
  glom(): RDD<T[]> {
    return createOperator('glom', this.context, [asRDD(this)], {})
  }

  /**
   * The n-th row of this beside the n-th of the other.
   *
   * @throws TROUPE_SPARK_PARTITIONS_DIFFER, when run, unless both have as many partitions, and as many rows in each
   */
  zip<U>(other: RDD<U>): RDD<Pair<T, U>> {
    return createOperator('zip', this.context, [asRDD(this), asRDD(other)], {})
  }

  /**
   * The partitions of this and of one to three others, side by side, through `f`.
   *
   * @throws TROUPE_SPARK_PARTITIONS_DIFFER, when run, unless all have as many partitions
   */
  zipPartitions<A, U>(
    others: readonly [RDD<A>],
    f: (rows: Batches<T>, a: Batches<A>) => Rows<U> | Promise<Rows<U>>,
    options?: PartitionsOptions,
  ): RDD<U>
  zipPartitions<A, B, U>(
    others: readonly [RDD<A>, RDD<B>],
    f: (rows: Batches<T>, a: Batches<A>, b: Batches<B>) => Rows<U> | Promise<Rows<U>>,
    options?: PartitionsOptions,
  ): RDD<U>
  zipPartitions<A, B, C, U>(
    others: readonly [RDD<A>, RDD<B>, RDD<C>],
    f: (
      rows: Batches<T>,
      a: Batches<A>,
      b: Batches<B>,
      c: Batches<C>,
    ) => Rows<U> | Promise<Rows<U>>,
    options?: PartitionsOptions,
  ): RDD<U>
  zipPartitions<U>(
    others: readonly unknown[],
    f: (...rows: never[]) => Rows<U> | Promise<Rows<U>>,
    options: PartitionsOptions = {},
  ): RDD<U> {
    checkFunction('zipPartitions', f)
    const parents = [asRDD(this), ...(others as readonly RDD<never>[])]
    return createOperator('zipPartitions', this.context, parents, { f, ...options })
  }

  /**
   * Each row with its number: 0, 1, 2 … in order of partition. Before the first action a job counts the rows of
   * all partitions but the last.
   */
  zipWithIndex(): RDD<Pair<T, number>> {
    return createOperator('zipWithIndex', this.context, [asRDD(this)], {})
  }

  /** Each row with a number of its own: of n partitions, the k-th gives k, n + k, 2n + k … without a job. */
  zipWithUniqueId(): RDD<Pair<T, number>> {
    return createOperator('zipWithUniqueId', this.context, [asRDD(this)], {})
  }
}

/** An RDD of rows as one whose rows nobody looks at. */
export function asRDD(rdd: BaseRDD<unknown>): RDD<never> {
  return rdd as unknown as RDD<never>
}

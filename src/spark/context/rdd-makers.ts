import type { Batches, Later } from '../batches/index.ts'
import { checkFunction, invalidArgument } from '../errors.ts'
import {
  FutureAction,
  approximately,
  checkedTimeout,
  type ActionSpec,
  type ApproximateEvaluator,
  type JobOptions,
  type PartialResult,
  type RDD,
  type RddContext,
  type TaskContext,
} from '../rdd/index.ts'
import { createOperator } from '../rdd/operator-table.ts'
import { isNumberArray, type NumberArray } from '../rdd/number-array.ts'

/** What is called with the rows of each partition, on the executors. */
export type PartitionFunction<T, U> = (rows: Batches<T>, context: TaskContext) => Later<U>

/** Which partitions a job is to compute, and who is told of their results. */
export interface SubmitOptions<U> {
  /** All of them by default. */
  readonly partitions?: readonly number[]
  readonly signal?: AbortSignal
  readonly onResult?: (partition: number, value: U) => void
}

/** Rows one by one, each in a partition of its own that is best computed on its hosts. */
export interface PlacedRows<T> {
  readonly preferredHosts: (row: T, index: number) => readonly string[]
}

/** The part of a context that makes RDDs out of what the driver has, and runs functions over partitions. */
export abstract class RddMakers {
  /** The context that the RDDs belong to: this one. */
  protected abstract rddContext(): RddContext

  /**
   * The rows, in `numSlices` partitions (the default parallelism otherwise). The numbers of a typed array travel as they lie in
   * it, and are a column.
   */
  parallelize(rows: NumberArray, numSlices?: number): RDD<number>
  parallelize<T>(rows: readonly T[], numSlices?: number): RDD<T>
  parallelize<T>(rows: readonly T[] | NumberArray, numSlices?: number): RDD<T> {
    if (!Array.isArray(rows) && !isNumberArray(rows)) {
      throw invalidArgument('parallelize', rows, 'an array of rows')
    }
    const context = this.rddContext()
    const props = { rows, numSlices: numSlices ?? context.defaultParallelism }
    return createOperator('parallelize', context, [], props)
  }

  /**
   * {@link RddMakers.parallelize} by its other name; or, with `preferredHosts`, each row in a partition of its own, to be
   * computed on one of these hosts where that can be.
   */
  makeRDD<T>(rows: readonly T[], placement?: number | PlacedRows<T>): RDD<T> {
    if (typeof placement !== 'object') return this.parallelize(rows, placement)
    if (!Array.isArray(rows)) throw invalidArgument('makeRDD', rows, 'an array of rows')
    const hosts = rows.map((row: T, index) => placement.preferredHosts(row, index))
    const props = { rows, numSlices: rows.length, hosts }
    return rows.length === 0
      ? this.emptyRDD()
      : createOperator('parallelize', this.rddContext(), [], props)
  }

  /**
   * The numbers from `start` up to and without `end` in steps of `step` (1; it may be negative), made where they are
   * needed. With one argument, from 0 up to it.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID unless all are integers that a number holds exactly, and `step` is not 0
   */
  range(start: number, end?: number, step = 1, numSlices?: number): RDD<number> {
    const [from, to] = end === undefined ? [0, start] : [start, end]
    for (const [name, value] of Object.entries({ start: from, end: to, step })) {
      if (!Number.isSafeInteger(value)) {
        throw invalidArgument(`range: ${name}`, value, 'an integer in -2^53 … 2^53')
      }
    }
    if (step === 0) throw invalidArgument('range: step', step, 'an integer that is not 0')
    const context = this.rddContext()
    const slices = numSlices ?? context.defaultParallelism
    return createOperator('range', context, [], { start: from, end: to, step, numSlices: slices })
  }

  /** No rows, in no partition. */
  emptyRDD<T>(): RDD<T> {
    return createOperator('empty', this.rddContext(), [], {})
  }

  /** The rows of all, one after the other; see {@link RDD.union}. */
  union<T>(rdds: readonly RDD<T>[]): RDD<T> {
    const [first, ...others] = rdds
    return first === undefined ? this.emptyRDD() : first.union(...others)
  }

  /**
   * Calls `f` with the rows of each of the given partitions (all by default), in tasks, and answers what it answers, in that
   * order.
   *
   * @throws TROUPE_SPARK_JOB_FAILED, TROUPE_SPARK_JOB_CANCELLED, TROUPE_SPARK_ARGUMENT_INVALID
   * @see SparkContext.runJob in Spark, where the context comes first
   */
  runJob<T, U>(
    rdd: RDD<T>,
    f: PartitionFunction<T, U>,
    partitions?: readonly number[],
    options?: Omit<SubmitOptions<U>, 'partitions'>,
  ): Promise<U[]>
  /** Runs one of the engine's own actions; see {@link RddContext.runJob}. */
  runJob(rdd: RDD<unknown>, action: ActionSpec, options?: JobOptions): Promise<readonly unknown[]>
  runJob<T, U>(
    rdd: RDD<T>,
    work: ActionSpec | PartitionFunction<T, U>,
    given?: readonly number[] | JobOptions,
    more?: Omit<SubmitOptions<U>, 'partitions'>,
  ): Promise<readonly unknown[]> {
    const target = rdd as RDD<unknown>
    if (typeof work === 'object') return this.runAction(target, work, (given ?? {}) as JobOptions)
    checkFunction('runJob', work)
    const partitions = checkedPartitionList(given)
    const action = { kind: 'function', props: { f: work } }
    return this.runAction(target, action, { name: 'runJob', ...(more as JobOptions), partitions })
  }

  protected abstract runAction(
    rdd: RDD<unknown>,
    action: ActionSpec,
    options: JobOptions,
  ): Promise<readonly unknown[]>

  /**
   * Runs a job that calls `f` with the rows of each partition, and answers what it answers, by a promise that can be
   * cancelled. `onResult` is told of each as it comes.
   */
  submitJob<T, U>(
    rdd: RDD<T>,
    f: PartitionFunction<T, U>,
    options: SubmitOptions<U> = {},
  ): FutureAction<U[]> {
    checkFunction('submitJob', f)
    const { signal, ...job } = options
    return new FutureAction(
      (own) => this.#run(rdd, f, { name: 'submitJob', ...(job as JobOptions), ...own }),
      {
        signal,
      },
    )
  }

  /**
   * As {@link RddMakers.submitJob}, but answers after `timeoutMs` at the latest what `evaluator` makes of the partitions
   * that are done. The job goes on.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  async runApproximateJob<T, U, R>(
    rdd: RDD<T>,
    f: PartitionFunction<T, U>,
    evaluator: ApproximateEvaluator<U, R>,
    timeoutMs: number,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<PartialResult<R>> {
    checkFunction('runApproximateJob', f)
    checkedTimeout('runApproximateJob', timeoutMs)
    const total = (await rdd.partitions()).length
    const { clock } = this.rddContext()
    return approximately(clock, timeoutMs, evaluator, total, (onResult) =>
      this.#run(rdd, f, { ...options, name: 'runApproximateJob', onResult }),
    )
  }

  async #run<T, U>(rdd: RDD<T>, f: PartitionFunction<T, U>, options: JobOptions): Promise<U[]> {
    const action = { kind: 'function', props: { f } }
    return (await this.rddContext().runJob(rdd, action, options)) as U[]
  }
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID for what is no list of indices */
function checkedPartitionList(given: unknown): readonly number[] | undefined {
  if (given === undefined) return undefined
  const isList = Array.isArray(given) && given.every((one) => Number.isInteger(one) && one >= 0)
  if (isList) return given as readonly number[]
  throw invalidArgument('runJob: partitions', given, 'a list of indices of partitions')
}

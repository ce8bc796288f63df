import type { ActionOptions } from './actions.ts'
import type { KeyColumns } from './actions/key-actions.ts'
import { resultsOf } from './actions/results.ts'
import {
  approximately,
  checkedApproximation,
  countEstimate,
  meanEstimate,
  sumEstimate,
  type ApproximateEvaluator,
  type BoundedDouble,
  type PartialResult,
  type Progress,
} from './approximate/index.ts'
import { PairMap } from './pair-map.ts'
import type { Pair } from '../shuffle/index.ts'
import type { RDD } from './rdd.ts'
import { SketchActions } from './sketch-actions.ts'
import { StatCounter, type StatSummary } from './statistics/stat-counter.ts'
import { asRDD } from './transformations.ts'

/** Options of actions that answer before their job is done. */
export interface ApproximateOptions extends ActionOptions {
  /** How sure the bounds are; 0.95 by default. */
  readonly confidence?: number
}

/** What answers in time, with bounds. The partitions that are done then stand for all. */
export abstract class ApproximateActions<T> extends SketchActions<T> {
  /** The number of rows, as known after `timeoutMs`. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  countApprox(
    timeoutMs: number,
    options: ApproximateOptions = {},
  ): Promise<PartialResult<BoundedDouble>> {
    let sum = 0
    const evaluator: Evaluator<number, BoundedDouble> = {
      merge: (_, count) => {
        sum += count
      },
      current: (progress, confidence) => countEstimate(sum, progress, confidence),
    }
    return inTime(this, 'countApprox', timeoutMs, { kind: 'count', props: {} }, evaluator, options)
  }

  /** How often each row comes, as known after `timeoutMs`. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  countByValueApprox(
    timeoutMs: number,
    options: ApproximateOptions = {},
  ): Promise<PartialResult<PairMap<T, BoundedDouble>>> {
    const action = { kind: 'countBy', props: { of: 'row' } }
    return inTime(this, 'countByValueApprox', timeoutMs, action, groupedCounts<T>(), options)
  }

  /** How many pairs each key has, as known after `timeoutMs`. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  countByKeyApprox<K, V>(
    this: RDD<Pair<K, V>>,
    timeoutMs: number,
    options: ApproximateOptions = {},
  ): Promise<PartialResult<PairMap<K, BoundedDouble>>> {
    const action = { kind: 'countBy', props: { of: 'key' } }
    const evaluator = groupedCounts<K>()
    return inTime(asRDD(this), 'countByKeyApprox', timeoutMs, action, evaluator, options)
  }

  /** The mean of the rows, as known after `timeoutMs`. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  meanApprox(
    this: RDD<number>,
    timeoutMs: number,
    options: ApproximateOptions = {},
  ): Promise<PartialResult<BoundedDouble>> {
    return statsInTime(asRDD(this), 'meanApprox', timeoutMs, meanEstimate, options)
  }

  /** The sum of the rows, as known after `timeoutMs`. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  sumApprox(
    this: RDD<number>,
    timeoutMs: number,
    options: ApproximateOptions = {},
  ): Promise<PartialResult<BoundedDouble>> {
    return statsInTime(asRDD(this), 'sumApprox', timeoutMs, sumEstimate, options)
  }
}

interface Evaluator<U, R> {
  readonly merge: (partition: number, value: U) => void
  readonly current: (progress: Progress, confidence: number) => R
}

async function inTime<U, R>(
  rdd: SketchActions<unknown>,
  operation: string,
  timeoutMs: number,
  action: { readonly kind: string; readonly props: unknown },
  { merge, current }: Evaluator<U, R>,
  { confidence = 0.95, signal }: ApproximateOptions,
): Promise<PartialResult<R>> {
  checkedApproximation(operation, timeoutMs, confidence)
  const total = (await rdd.partitions()).length
  const evaluator: ApproximateEvaluator<U, R> = {
    merge,
    current: (progress) => current(progress, confidence),
  }
  return approximately(rdd.context.clock, timeoutMs, evaluator, total, (onResult) =>
    resultsOf(rdd, action.kind, action.props, { signal, name: operation, onResult }),
  )
}

function statsInTime(
  rdd: SketchActions<unknown>,
  operation: string,
  timeoutMs: number,
  estimate: (counter: StatCounter, progress: Progress, confidence: number) => BoundedDouble,
  options: ApproximateOptions,
): Promise<PartialResult<BoundedDouble>> {
  const counter = new StatCounter()
  const evaluator: Evaluator<StatSummary, BoundedDouble> = {
    merge: (_, summary) => {
      counter.merge(StatCounter.of(summary))
    },
    current: (progress, confidence) => estimate(counter, progress, confidence),
  }
  const action = { kind: 'stats', props: { operation } }
  return inTime(rdd, operation, timeoutMs, action, evaluator, options)
}

function groupedCounts<K>(): Evaluator<KeyColumns, PairMap<K, BoundedDouble>> {
  const counts = new PairMap<K, number>()
  return {
    merge: (_, { keys, values }) => {
      for (const [i, key] of (keys as readonly K[]).entries()) {
        counts.set(key, (counts.get(key) ?? 0) + (values[i] as number))
      }
    },
    current: (progress, confidence) =>
      new PairMap(
        [...counts].map(([key, count]) => [key, countEstimate(count, progress, confidence)]),
      ),
  }
}

import type { Later } from '../batches/index.ts'
import { checkFunction, emptyCollection, invalidArgument } from '../errors.ts'
import { debugString, preferredHosts, prepareLineage, preparedPartitions } from './lineage.ts'
import { createOperator } from './operator-table.ts'
import type { RDD } from './rdd.ts'
import { SaveActions } from './save-actions.ts'
import { asRDD } from './transformations.ts'

/** Options of every action. */
export interface ActionOptions {
  /** Cancels the job; the action then fails with TROUPE_SPARK_JOB_CANCELLED. */
  readonly signal?: AbortSignal | undefined
}

/**
 * What makes an RDD compute. Each action runs a job (`take` may run several) and fails with
 * TROUPE_SPARK_JOB_FAILED, whose cause is the last failure of the task that ended it.
 */
export abstract class Actions<T> extends SaveActions<T> {
  /** All rows, in order of partition, in the driver's memory. */
  collect(options?: ActionOptions): Promise<T[]>
  /**
   * Every row through a function that is not there for all rows: those for which it answers undefined are left
   * out. It makes an RDD and computes nothing.
   */
  collect<U>(partial: (row: T) => Later<U | undefined>): RDD<U>
  collect<U>(
    optionsOrPartial: ActionOptions | ((row: T) => Later<U | undefined>) = {},
  ): Promise<T[]> | RDD<U> {
    if (typeof optionsOrPartial === 'function') {
      const mapped = this.map<U | undefined>(optionsOrPartial)
      return createOperator('defined', this.context, [asRDD(mapped)], {})
    }
    return this.run('collect', {}, optionsOrPartial).then((parts) => {
      const rows: T[] = []
      for (const part of parts as readonly T[][]) for (const row of part) rows.push(row)
      return rows
    })
  }

  /** The number of rows. */
  async count(options: ActionOptions = {}): Promise<number> {
    const counts = (await this.run('count', {}, options)) as readonly number[]
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /**
   * The first `n` rows. Runs over the first partition; then over half as many more as were needed if the others held
   * as many rows as those seen so far, but at most over four times as many as were seen, until there are enough.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  async take(n: number, options: ActionOptions = {}): Promise<T[]> {
    if (!Number.isInteger(n) || n < 0) throw invalidArgument('take', n, 'an integer of 0 or more')
    const total = n === 0 ? 0 : (await this.partitions()).length
    const rows: T[] = []
    for (let from = 0; from < total && rows.length < n;) {
      const to = Math.min(total, from + partitionsToTry(from, rows.length, n))
      const partitions = Array.from({ length: to - from }, (_, i) => from + i)
      const wanted = n - rows.length
      const parts = (await this.run('take', { n: wanted }, options, partitions)) as readonly T[][]
      for (const part of parts) for (const row of part) if (rows.length < n) rows.push(row)
      from = to
    }
    return rows
  }

  /** Whether there is no row. */
  async isEmpty(options: ActionOptions = {}): Promise<boolean> {
    return (await this.take(1, options)).length === 0
  }

  /** The first row. @throws TROUPE_SPARK_EMPTY_COLLECTION */
  async first(options: ActionOptions = {}): Promise<T> {
    const rows = await this.take(1, options)
    if (rows.length === 0) throw emptyCollection('first')
    return rows[0] as T
  }

  /** Calls `f` with every row, on the executors. */
  async foreach(f: (row: T) => void | Promise<void>, options: ActionOptions = {}): Promise<void> {
    checkFunction('foreach', f)
    await this.run('foreach', { f }, options)
  }

  /** How many partitions there are. */
  async getNumPartitions(): Promise<number> {
    return (await preparedPartitions(asRDD(this))).length
  }

  /** Hosts on which a partition is best computed: by this RDD, or by those it is computed from; any when empty. */
  async preferredLocations(partition: number): Promise<readonly string[]> {
    await prepareLineage(asRDD(this))
    return preferredHosts(asRDD(this), partition)
  }

  /** The lineage, one RDD a line, an indentation for each shuffle; the number of partitions in front. */
  async toDebugString(): Promise<string> {
    return debugString(asRDD(this))
  }

  private run(
    kind: string,
    props: unknown,
    options: ActionOptions,
    partitions?: readonly number[],
  ): Promise<readonly unknown[]> {
    const { signal } = options
    return this.context.runJob(asRDD(this), { kind, props }, { partitions, signal, name: kind })
  }
}

/** How many times as many partitions as were looked at so far `take` tries at most. */
const SCALE_UP_FACTOR = 4

/** @see RDD.take in Spark */
function partitionsToTry(scanned: number, found: number, wanted: number): number {
  if (scanned === 0) return 1
  const most = scanned * SCALE_UP_FACTOR
  return found === 0 ? most : Math.min(most, Math.ceil((1.5 * (wanted - found) * scanned) / found))
}

import { Batches, flatMapBatches, type Batch, type Later } from '../../batches/index.ts'
import { SparkError } from '../../errors.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import type { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import { NarrowRDD } from './narrow-rdd.ts'

export interface TolerantProps<T> {
  readonly form: 'map' | 'filter' | 'flatMap'
  readonly f: (row: T) => unknown
  readonly maxBadRate: number
  readonly onBad?: ((row: T, error: unknown) => void) | undefined
}

/** Bad rows from which on a partition is given up before its end, if they are ten times too many. */
const EARLY_ROWS = 100

/** Rows through a function that may fail for some of them: these are left out. */
export class TolerantRDD<T> extends NarrowRDD<T, unknown, TolerantProps<T>> {
  readonly kind = 'tolerant'

  constructor(context: RddContext, parents: readonly RDD<never>[], props: TolerantProps<T>) {
    super(context, parents, props, { keepsKeys: props.form === 'filter' })
  }

  /** @throws TROUPE_SPARK_TOO_MANY_BAD_RECORDS */
  compute(split: Partition, context: TaskContext): Batches<unknown> {
    const book = new BadRecords(this.props, split.index)
    const kept = flatMapBatches(this.parent.iterator(split, context), (row) => book.attempt(row))
    const checked = (batch: Batch<unknown> | undefined): Batch<unknown> | undefined => {
      if (batch === undefined) book.close()
      return batch
    }
    return new Batches<unknown>(() => {
      const pulled = kept.next()
      return pulled instanceof Promise ? pulled.then(checked) : checked(pulled)
    }, kept.close)
  }
}

/** Counts the rows of one partition and those that are bad. */
class BadRecords<T> {
  readonly #props: TolerantProps<T>
  readonly #partition: number
  #rows = 0
  #bad = 0
  #last: unknown

  constructor(props: TolerantProps<T>, partition: number) {
    this.#props = props
    this.#partition = partition
  }

  /** What the function makes of the row; nothing where it fails. */
  attempt(row: T): Later<readonly unknown[]> {
    this.#rows += 1
    try {
      const answer = this.#props.f(row)
      if (!(answer instanceof Promise)) return this.#rowsOf(row, answer)
      return answer
        .then((settled: unknown) => this.#rowsOf(row, settled))
        .catch((error: unknown) => this.#fail(row, error))
    } catch (error) {
      return this.#fail(row, error)
    }
  }

  /** The partition is over. @throws TROUPE_SPARK_TOO_MANY_BAD_RECORDS */
  close(): void {
    if (this.#bad > this.#rows * this.#props.maxBadRate) throw this.#tooMany()
  }

  #rowsOf(row: T, answer: unknown): readonly unknown[] {
    switch (this.#props.form) {
      case 'map':
        return [answer]
      case 'filter':
        return answer === true || Boolean(answer) ? [row] : []
      case 'flatMap':
        return [...(answer as Iterable<unknown>)] // a generator fails here
    }
  }

  #fail(row: T, error: unknown): readonly never[] {
    this.#bad += 1
    this.#last = error
    this.#props.onBad?.(row, error)
    const { maxBadRate } = this.#props
    if (this.#bad > EARLY_ROWS && this.#bad > this.#rows * maxBadRate * 10) throw this.#tooMany()
    return []
  }

  #tooMany(): SparkError {
    const { maxBadRate } = this.#props
    return new SparkError(
      'TROUPE_SPARK_TOO_MANY_BAD_RECORDS',
      `${this.#bad} of ${this.#rows} records of partition ${this.#partition} are bad, which is more than a rate of ` +
        `${maxBadRate}; mend the function or the data, or tolerate more. The last failed with: ${String(this.#last)}`,
      {
        data: { bad: this.#bad, rows: this.#rows, partition: this.#partition, maxBadRate },
        cause: this.#last,
      },
    )
  }
}

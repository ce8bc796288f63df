import { emptyCollection, invalidArgument } from '../errors.ts'
import type { ActionOptions } from './actions.ts'
import type { KeyColumns } from './actions/key-actions.ts'
import { resultsOf } from './actions/results.ts'
import { FoldActions } from './fold-actions.ts'
import { FirstRows, checkedCompare, orderingOf, type Ordering } from './ordering.ts'
import { PairMap } from './pair-map.ts'
import { checkedSeed } from './sampling/arguments.ts'
import { fractionForSize } from './sampling/sample-size.ts'
import { SeededRandom } from './sampling/seeded-random.ts'

/** Options of actions that put rows in order. */
export interface OrderOptions<T> extends ActionOptions {
  /** Negative when the first row comes before the second; the order of keys by default. It travels. */
  readonly compare?: Ordering<T>
}

/** What picks rows by their order or by chance, and what counts them by value. */
export abstract class OrderActions<T> extends FoldActions<T> {
  /**
   * The first `n` rows in ascending order, all of them in the driver's memory. Rows that are equal come in order of
   * partition.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  async takeOrdered(n: number, options: OrderOptions<T> = {}): Promise<T[]> {
    return this.ordered('takeOrdered', n, false, options)
  }

  /** The first `n` rows in descending order. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  async top(n: number, options: OrderOptions<T> = {}): Promise<T[]> {
    return this.ordered('top', n, true, options)
  }

  /** The smallest row. @throws TROUPE_SPARK_EMPTY_COLLECTION */
  async min(options: OrderOptions<T> = {}): Promise<T> {
    return onlyRow('min', await this.ordered('min', 1, false, options))
  }

  /** The largest row. @throws TROUPE_SPARK_EMPTY_COLLECTION */
  async max(options: OrderOptions<T> = {}): Promise<T> {
    return onlyRow('max', await this.ordered('max', 1, true, options))
  }

  /**
   * `n` rows at random, in random order, all of them in the driver's memory; fewer only when there are fewer and none
   * may come twice. The same seed gives the same rows each time. Counts the rows first, by a job.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  async takeSample(
    withReplacement: boolean,
    n: number,
    seed: number = this.context.newSeed(),
    options: ActionOptions = {},
  ): Promise<T[]> {
    checkedLimit('takeSample', n)
    checkedSeed('takeSample', seed)
    if (n === 0) return []
    const total = await this.count(options)
    if (total === 0) return []
    const random = new SeededRandom(seed, 0)
    if (!withReplacement && n >= total) return shuffledBy(random, await this.collect(options))
    const fraction = fractionForSize(n, total, withReplacement)
    for (;;) {
      // Hardly ever too few: the fraction is chosen so.
      const drawn = this.sample(withReplacement, fraction, random.int(0x7fffffff))
      const rows = await drawn.collect(options)
      if (rows.length >= n) return shuffledBy(random, rows).slice(0, n)
    }
  }

  /**
   * How often each row comes, in the driver's memory. Rows are compared by value.
   *
   * @throws TROUPE_SPARK_KEY_UNSUPPORTED, when run
   */
  async countByValue(options: ActionOptions = {}): Promise<PairMap<T, number>> {
    const columns = await resultsOf<KeyColumns>(
      this,
      'countBy',
      { of: 'row' },
      { ...options, name: 'countByValue' },
    )
    return PairMap.merged(columns as readonly CountColumns<T>[], (a, b) => a + b)
  }

  private async ordered(
    action: string,
    n: number,
    isDescending: boolean,
    { compare, signal }: OrderOptions<T>,
  ): Promise<T[]> {
    checkedLimit(action, n)
    checkedCompare(action, compare)
    if (n === 0) return []
    const order = { isDescending, ...(compare === undefined ? {} : { compare }) }
    const props = { limit: n, ...order }
    const parts = await resultsOf<readonly T[]>(this, 'takeOrdered', props, {
      signal,
      name: action,
    })
    const first = new FirstRows<T>(n, orderingOf(order as never))
    for (const part of parts) for (const row of part) first.add(row)
    return first.rows()
  }
}

/** Keys and how often they come. */
export interface CountColumns<K> {
  readonly keys: readonly K[]
  readonly values: readonly number[]
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function checkedLimit(action: string, n: number): void {
  if (!Number.isInteger(n) || n < 0) throw invalidArgument(action, n, 'an integer of 0 or more')
}

function onlyRow<T>(action: string, rows: readonly T[]): T {
  if (rows.length === 0) throw emptyCollection(action)
  return rows[0] as T
}

/** Fisher and Yates' shuffle, in place. */
function shuffledBy<T>(random: SeededRandom, rows: T[]): T[] {
  for (let i = rows.length - 1; i > 0; i -= 1) {
    const at = random.int(i + 1)
    const row = rows[i] as T
    rows[i] = rows[at] as T
    rows[at] = row
  }
  return rows
}

import { invalidArgument } from '../errors.ts'
import { AccumulatorV2 } from './accumulator.ts'

/** Sum, count and average of what was added. */
abstract class NumberAccumulator extends AccumulatorV2<number, number> {
  protected total = 0
  protected added = 0

  override isZero(): boolean {
    return this.added === 0 && this.total === 0
  }

  override reset(): void {
    this.total = 0
    this.added = 0
  }

  override merge(other: AccumulatorV2<number, number>): void {
    const { total, added } = other as NumberAccumulator
    this.total += total
    this.added += added
  }

  get sum(): number {
    return this.total
  }

  /** How many numbers were added. */
  get count(): number {
    return this.added
  }

  /** NaN when nothing was added. */
  get avg(): number {
    return this.total / this.added
  }

  override get value(): number {
    return this.total
  }
}

/** Adds up integers; exact as long as sums stay within ±2⁵³. */
export class LongAccumulator extends NumberAccumulator {
  override copy(): LongAccumulator {
    const copy = new LongAccumulator()
    copy.merge(this)
    return copy
  }

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID for what is no integer */
  override add(value: number): void {
    if (!Number.isInteger(value)) throw invalidArgument('LongAccumulator.add', value, 'an integer')
    this.total += value
    this.added += 1
  }
}

/** Adds up numbers. */
export class DoubleAccumulator extends NumberAccumulator {
  override copy(): DoubleAccumulator {
    const copy = new DoubleAccumulator()
    copy.merge(this)
    return copy
  }

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID for what is no number */
  override add(value: number): void {
    if (typeof value !== 'number') throw invalidArgument('DoubleAccumulator.add', value, 'a number')
    this.total += value
    this.added += 1
  }
}

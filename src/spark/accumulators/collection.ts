import { AccumulatorV2 } from './accumulator.ts'

/** Gathers what is added; the order among tasks is that in which they end. */
export class CollectionAccumulator<T> extends AccumulatorV2<T, readonly T[]> {
  protected items: T[] = []

  override isZero(): boolean {
    return this.items.length === 0
  }

  override copy(): CollectionAccumulator<T> {
    const copy = new CollectionAccumulator<T>()
    copy.items = [...this.items]
    return copy
  }

  override reset(): void {
    this.items = []
  }

  override add(value: T): void {
    this.items.push(value)
  }

  override merge(other: AccumulatorV2<T, readonly T[]>): void {
    for (const item of other.value) this.items.push(item)
  }

  override get value(): readonly T[] {
    return this.items
  }
}

import {
  CollectionAccumulator,
  DoubleAccumulator,
  LongAccumulator,
  type AccumulatorRegistry,
  type AnyAccumulator,
} from '../accumulators/index.ts'
import { FileMakers } from './file-makers.ts'

/** The part of a context that makes accumulators known. A name shows them with the stages that change them. */
export abstract class AccumulatorMakers extends FileMakers {
  protected abstract readonly accumulators: AccumulatorRegistry

  /** An accumulator that adds up integers. */
  longAccumulator(name?: string): LongAccumulator {
    return this.#registered(new LongAccumulator(), name)
  }

  /** An accumulator that adds up numbers. */
  doubleAccumulator(name?: string): DoubleAccumulator {
    return this.#registered(new DoubleAccumulator(), name)
  }

  /** An accumulator that gathers what is added. */
  collectionAccumulator<T>(name?: string): CollectionAccumulator<T> {
    return this.#registered(new CollectionAccumulator<T>(), name)
  }

  /** Lets functions capture an accumulator of your own class. @throws TROUPE_SPARK_ACCUMULATOR_REGISTERED */
  register(accumulator: AnyAccumulator, name?: string): void {
    this.accumulators.register(accumulator, name)
  }

  #registered<A extends AnyAccumulator>(accumulator: A, name: string | undefined): A {
    this.accumulators.register(accumulator, name)
    return accumulator
  }
}

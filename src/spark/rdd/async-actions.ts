import type { Batches, Later } from '../batches/index.ts'
import { ApproximateActions } from './approximate-actions.ts'
import type { ActionOptions } from './actions.ts'
import { FutureAction } from './future-action.ts'
import type { TaskContext } from './task-context.ts'

/** Actions that can be cancelled by what they answer. */
export abstract class AsyncActions<T> extends ApproximateActions<T> {
  /** See `collect`. */
  collectAsync(options?: ActionOptions): FutureAction<T[]> {
    return new FutureAction((own) => this.collect(own), options)
  }

  /** See `count`. */
  countAsync(options?: ActionOptions): FutureAction<number> {
    return new FutureAction((own) => this.count(own), options)
  }

  /** See `take`. */
  takeAsync(n: number, options?: ActionOptions): FutureAction<T[]> {
    return new FutureAction((own) => this.take(n, own), options)
  }

  /** See `foreach`. */
  foreachAsync(f: (row: T) => Later<void>, options?: ActionOptions): FutureAction<void> {
    return new FutureAction((own) => this.foreach(f, own), options)
  }

  /** See `foreachPartition`. */
  foreachPartitionAsync(
    f: (rows: Batches<T>, context: TaskContext) => Later<void>,
    options?: ActionOptions,
  ): FutureAction<void> {
    return new FutureAction((own) => this.foreachPartition(f, own), options)
  }
}

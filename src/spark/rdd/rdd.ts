import { Actions } from './actions.ts'

/**
 * A resilient distributed dataset: rows in partitions, known by how they are computed and computed when an
 * action asks. Immutable; a lost partition is computed again from its parents.
 *
 * To make one of your own, subclass it: `getPartitions` and `compute` must be given, the other three of the
 * five properties may be ({@link BaseRDD}).
 *
 * The floors of this class: `base-rdd.ts` the five properties, `transformations.ts`, `pair-transformations.ts`,
 * `actions.ts`. One operator is one class in `operators/`, one action one file in `actions/`.
 */
export abstract class RDD<T> extends Actions<T> {}

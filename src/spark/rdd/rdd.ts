import { AsyncActions } from './async-actions.ts'

/**
 * A resilient distributed dataset: rows in partitions, known by how they are computed and computed when an
 * action asks. Immutable; a lost partition is computed again from its parents.
 *
 * To make one of your own, subclass it: `getPartitions` and `compute` must be given, the other three of the
 * five properties may be ({@link BaseRDD}).
 *
 * The floors of this class: `base-rdd.ts` the five properties, then the files `*-transformations.ts`, then those
 * `*-actions.ts`. An operator is a class in `operators/`, the part of an action that runs in tasks a function in `actions/`.
 */
export abstract class RDD<T> extends AsyncActions<T> {}

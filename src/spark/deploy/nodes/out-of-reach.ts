/**
 * How long the nodes of master and workers take each other back: long after `spark.worker.timeout`, which is what decides. A process that has
 * ended is known at once, by its refusal.
 */
export const OUT_OF_REACH_MS = 86_400_000

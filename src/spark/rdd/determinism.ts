import type { Dependency } from './dependency.ts'

/**
 * What a partition that is computed again has to do with what it was: the same rows in the same order (DETERMINATE), in another
 * order (UNORDERED), or perhaps other rows (INDETERMINATE). The later in this list, the less is sure.
 *
 * @see DeterministicLevel in Spark's RDD.scala
 */
export const DeterministicLevel = { DETERMINATE: 0, UNORDERED: 1, INDETERMINATE: 2 } as const

/** One of {@link DeterministicLevel}. */
export type DeterministicLevel = (typeof DeterministicLevel)[keyof typeof DeterministicLevel]

/**
 * The level of an RDD whose function is: the least sure of its parents. A reduce task reads blocks in the order of map
 * partitions (Spark: as they come), so that a shuffle alone leaves the order as sure as it was; what is combined by key comes in
 * another order when it was spilled.
 */
export function levelOfDependencies(dependencies: readonly Dependency[]): DeterministicLevel {
  let level: DeterministicLevel = DeterministicLevel.DETERMINATE
  for (const dependency of dependencies) level = worse(level, levelOf(dependency))
  return level
}

/** The level of an operator that looks at the order of its parent's rows. */
export function levelOfOrderSensitive(level: DeterministicLevel): DeterministicLevel {
  return level === DeterministicLevel.DETERMINATE ? level : DeterministicLevel.INDETERMINATE
}

function levelOf(dependency: Dependency): DeterministicLevel {
  const level = dependency.rdd.outputDeterministicLevel
  if (dependency.type === 'narrow' || dependency.aggregator === undefined) return level
  return worse(level, DeterministicLevel.UNORDERED)
}

function worse(a: DeterministicLevel, b: DeterministicLevel): DeterministicLevel {
  return a > b ? a : b
}

import type { ActionOptions } from './actions.ts'
import { resultsOf } from './actions/results.ts'
import type { RDD } from './rdd.ts'
import { percentilesSpec, type PercentileOptions } from './sketch-transformations.ts'
import { precisionFor, sketchOf, type SketchSpec } from './sketches/index.ts'
import { StreamActions } from './stream-actions.ts'

/** What sums up all rows in a bounded size. */
export abstract class SketchActions<T> extends StreamActions<T> {
  /**
   * How many rows differ, about. `relativeSD`: the relative standard deviation of the estimate; 0.05 by default. Takes
   * 2^p bytes, where p = ⌈2 log₂(1.054 / relativeSD)⌉.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID; TROUPE_SPARK_KEY_UNSUPPORTED, when run, for rows that can't be compared by value
   */
  async countApproxDistinct(relativeSD = 0.05, options: ActionOptions = {}): Promise<number> {
    const operation = 'countApproxDistinct'
    const props = { p: precisionFor(operation, relativeSD) }
    return (await resultOf(this, operation, { sketch: 'distinct', props }, options)) as number
  }

  /**
   * Percentiles of the rows, about, in the order of `percentages` (0 … 100): most exact at both ends, exact for few rows. NaN
   * is left out; undefined where there is nothing else.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  async percentiles(
    this: RDD<number>,
    percentages: readonly number[],
    options: ActionOptions & PercentileOptions = {},
  ): Promise<(number | undefined)[]> {
    const spec = percentilesSpec('percentiles', percentages, options)
    return (await resultOf(this, 'percentiles', spec, options)) as (number | undefined)[]
  }
}

async function resultOf(
  rdd: RDD<never> | SketchActions<unknown>,
  name: string,
  spec: SketchSpec,
  { signal }: ActionOptions,
): Promise<unknown> {
  const { create, merge, result } = sketchOf(spec)
  const parts = await resultsOf<unknown>(rdd, 'sketch', spec, { signal, name })
  const merged = parts.reduce((left, right) => merge(left, right, spec.props), create(spec.props))
  return result(merged, spec.props)
}

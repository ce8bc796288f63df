/**
 * Summaries of values that have a bounded size, for one RDD as a whole and for each key: how many values differ
 * (HyperLogLog), percentiles (t-digest), the first by an order.
 *
 * A sketch is plain data, so it travels from tasks to tasks and may be spilled; what is done with it is found by its
 * name ({@link sketchOf}), so no function of the engine's needs to travel. The same values in the same order give the
 * same sketch.
 */
import { distinctSketch } from './hyper-log-log.ts'
import type { SketchKind, SketchSpec } from './sketch.ts'
import { percentilesSketch } from './t-digest.ts'
import { topSketch } from './top.ts'

export { precisionFor } from './hyper-log-log.ts'
export type { DistinctProps } from './hyper-log-log.ts'
export type { SketchKind, SketchSpec } from './sketch.ts'
export { checkedPercentages } from './t-digest.ts'
export type { PercentilesProps } from './t-digest.ts'
export type { TopProps } from './top.ts'

const kinds = { distinct: distinctSketch, percentiles: percentilesSketch, top: topSketch }

/** What is done with sketches of a kind. */
export function sketchOf({ sketch }: SketchSpec): SketchKind {
  return kinds[sketch] as unknown as SketchKind
}

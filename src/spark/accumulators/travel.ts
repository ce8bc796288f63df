import type { BatchCodec } from '../shuffle/index.ts'
import { AccumulatorV2, identify, type AnyAccumulator } from './accumulator.ts'

/** An accumulator on its way to a task: anything that a closure may capture. */
interface TravellingAccumulator {
  readonly id: number
  readonly accumulatorClass: new () => AnyAccumulator
  /** What it holds when nothing was added. */
  readonly fields: object
}

/** What a task has added to one accumulator. */
interface AccumulatorUpdate {
  readonly id: number
  readonly fields: object
}

/** No updates, encoded. */
const NO_UPDATES: Uint8Array = new Uint8Array(0)

/** What travels in the place of a registered accumulator; undefined for anything else. */
export function packAccumulator(value: object): TravellingAccumulator | undefined {
  if (!(value instanceof AccumulatorV2) || value.id === undefined) return undefined
  const zero = value.copy()
  zero.reset()
  return {
    id: value.id,
    accumulatorClass: value.constructor as TravellingAccumulator['accumulatorClass'],
    fields: { ...zero },
  }
}

/** Makes the accumulator of a task again. */
export function reviveAccumulator(data: unknown): AnyAccumulator {
  const { id, accumulatorClass, fields } = data as TravellingAccumulator
  const accumulator = new accumulatorClass()
  Object.assign(accumulator, fields)
  identify(accumulator, { id, name: undefined })
  return accumulator
}

/** What a task has added, of those that it has added to. */
export function packUpdates(
  accumulators: readonly AnyAccumulator[],
  codec: BatchCodec,
): Uint8Array {
  const updates: AccumulatorUpdate[] = []
  for (const accumulator of accumulators) {
    const { id } = accumulator
    if (id === undefined || accumulator.isZero()) continue
    updates.push({ id, fields: { ...accumulator } })
  }
  return updates.length === 0 ? NO_UPDATES : codec.encode(updates)
}

/** Reads what {@link packUpdates} wrote. */
export function unpackUpdates(bytes: Uint8Array, codec: BatchCodec): readonly AccumulatorUpdate[] {
  return bytes.length === 0 ? [] : (codec.decode(bytes) as readonly AccumulatorUpdate[])
}

/** An accumulator of the same class with the fields that a task has sent. */
export function withFields(like: AnyAccumulator, fields: object): AnyAccumulator {
  const other = Object.create(Object.getPrototypeOf(like) as object) as AnyAccumulator
  return Object.assign(other, fields)
}

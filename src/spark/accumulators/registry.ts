import type { Log } from '../../platform/index.ts'
import { SparkError } from '../errors.ts'
import type { AccumulableInfo } from '../events/index.ts'
import type { BatchCodec } from '../shuffle/index.ts'
import { identify, type AnyAccumulator } from './accumulator.ts'
import { unpackUpdates, withFields } from './travel.ts'

/** The accumulators of one application, on its driver, for as long as its context is held. */
export class AccumulatorRegistry {
  readonly #known = new Map<number, AnyAccumulator>()
  readonly #codec: BatchCodec
  readonly #log: Log
  #next = 0

  constructor(codec: BatchCodec, log: Log) {
    this.#codec = codec
    this.#log = log
  }

  /** @throws TROUPE_SPARK_ACCUMULATOR_REGISTERED when it was registered before */
  register(accumulator: AnyAccumulator, name: string | undefined): void {
    if (accumulator.isRegistered()) {
      throw new SparkError(
        'TROUPE_SPARK_ACCUMULATOR_REGISTERED',
        `Accumulator ${accumulator.id} is registered already; register a copy() of it`,
        { data: { id: accumulator.id ?? -1 } },
      )
    }
    const id = this.#next++
    identify(accumulator, { id, name })
    this.#known.set(id, accumulator)
  }

  /** Adds what a task has added; answers what listeners are to know of it. One that can't be merged is logged. */
  readonly apply = (updates: Uint8Array): readonly AccumulableInfo[] => {
    const infos: AccumulableInfo[] = []
    for (const { id, fields } of this.#unpacked(updates)) {
      const accumulator = this.#known.get(id)
      if (accumulator === undefined) continue
      try {
        const added = withFields(accumulator, fields)
        accumulator.merge(added)
        const { name } = accumulator
        if (name === undefined) continue
        infos.push({ id, name, update: shown(added.value), value: shown(accumulator.value) })
      } catch (error) {
        const what = accumulator.name ?? String(id)
        this.#log.write('error', `accumulator ${what} could not be merged`, {
          error: String(error),
        })
      }
    }
    return infos
  }

  /** Bytes of an executor's that do not decode cost what they would have added, not the application. */
  #unpacked(updates: Uint8Array): ReturnType<typeof unpackUpdates> {
    try {
      return unpackUpdates(updates, this.#codec)
    } catch (error) {
      this.#log.write('error', 'accumulators of a task could not be read', { error: String(error) })
      return []
    }
  }
}

/** A value as listeners see it, not too long. */
function shown(value: unknown): string {
  const text = Array.isArray(value)
    ? `[${value.slice(0, 20).map(String).join(', ')}]`
    : String(value)
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`
}

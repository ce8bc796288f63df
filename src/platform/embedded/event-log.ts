import { partitionOfKey } from '../event-partitions.ts'
import {
  eventsRefused,
  type EventBatch,
  type EventLog,
  type EventRange,
  type EventReader,
  type NewEvent,
} from '../event-log.ts'
import type { OrderedChange, OrderedReader, OrderedStore } from '../ordered-store.ts'
import { decodeEvent, encodeEvent, timeOf } from './event-bytes.ts'

const TOPICS = 0
const EVENTS = 1
const OFFSET_AT = 7
const KEY_BYTES = 15
const BATCH_EVENTS = 500
const MAX_PARTITIONS = 1024
const NAME = /^[a-zA-Z0-9._-]{1,249}$/

interface Topic {
  readonly id: number
  readonly partitions: number
}

/**
 * An event log in an ordered store: topics by name; events by topic, partition and offset. The time of an event is never less than that of the one
 * before it, so the offset of a time is found by halving.
 * @param now Unix time in ms
 */
export class EmbeddedEventLog implements EventLog {
  readonly #store: OrderedStore
  readonly #now: () => number
  /** Where the next event without a key goes. */
  #turn = 0

  constructor(store: OrderedStore, now: () => number) {
    this.#store = store
    this.#now = now
  }

  async makeTopic(
    topic: string,
    { partitions = 1 }: { readonly partitions?: number } = {},
  ): Promise<boolean> {
    if (!NAME.test(topic)) {
      throw eventsRefused(topic, 'a topic has a name of 1 to 249 letters, digits, dots, dashes')
    }
    if (!(Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS)) {
      throw eventsRefused(topic, `${partitions} is no number of partitions`)
    }
    return this.#store.update((reader) => {
      if (reader.get(topicKey(topic)) !== undefined) return { changes: [], result: false }
      const id = [...reader.range({ from: Buffer.of(TOPICS), to: Buffer.of(EVENTS) })].length
      const made = Buffer.from(JSON.stringify({ id, partitions } satisfies Topic))
      return { changes: [[topicKey(topic), made]], result: true }
    })
  }

  append(
    topic: string,
    events: readonly NewEvent[],
  ): Promise<readonly { readonly partition: number; readonly offset: number }[]> {
    const wallMs = this.#now()
    return this.#store.update((reader) => {
      const { id, partitions } = topicOf(reader, topic)
      const ends = new Map<number, { next: number; timeMs: number }>()
      const changes: OrderedChange[] = []
      const result = events.map((event) => {
        const partition = this.#partitionOf(event, partitions)
        const end = ends.get(partition) ?? endOf(reader, id, partition)
        ends.set(partition, end)
        const offset = end.next
        end.next += 1
        end.timeMs = Math.max(end.timeMs, wallMs)
        changes.push([eventKey(id, partition, offset), encodeEvent(event, end.timeMs)])
        return { partition, offset }
      })
      return { changes, result }
    })
  }

  async bounds(
    topic: string,
  ): Promise<readonly { readonly first: number; readonly next: number }[]> {
    const { id, partitions } = topicOf(this.#store.reader, topic)
    return Array.from({ length: partitions }, (_, partition) => ({
      first: 0,
      next: endOf(this.#store.reader, id, partition).next,
    }))
  }

  async offsetsAt(topic: string, unixMs: number): Promise<readonly number[]> {
    const { reader } = this.#store
    const { id, partitions } = topicOf(reader, topic)
    return Array.from({ length: partitions }, (_, partition) => {
      let [low, high] = [0, endOf(reader, id, partition).next]
      while (low < high) {
        const middle = Math.floor((low + high) / 2)
        const event = reader.get(eventKey(id, partition, middle))
        if (event !== undefined && timeOf(event) < unixMs) low = middle + 1
        else high = middle
      }
      return low
    })
  }

  read(topic: string, ranges: readonly EventRange[]): EventReader {
    const waiting = ranges.filter(({ from, until }) => from < until).map((range) => ({ ...range }))
    let isOpen = true
    return {
      next: async () => {
        const range = waiting[0]
        if (range === undefined || !isOpen) return undefined
        const batch = this.#batchOf(topic, range)
        range.from = (batch?.events.at(-1)?.offset ?? range.until) + 1
        // One of each in turn.
        waiting.shift()
        if (range.from < range.until) waiting.push(range)
        return batch
      },
      close: async () => {
        isOpen = false
      },
    }
  }

  close(): Promise<void> {
    return this.#store.close()
  }

  #batchOf(topic: string, { partition, from, until }: EventRange): EventBatch {
    const { reader } = this.#store
    const { id, partitions } = topicOf(reader, topic)
    const range = {
      from: eventKey(id, partition, from),
      to: eventKey(id, partition, until),
      limit: BATCH_EVENTS,
    }
    const events = Array.from(reader.range(range), ([key, value]) =>
      decodeEvent(offsetOf(key), value),
    )
    if (partition < partitions && events[0]?.offset === from) return { partition, events }
    throw eventsRefused(topic, `offset ${from} of partition ${partition} is not there`)
  }

  #partitionOf({ key }: NewEvent, partitions: number): number {
    if (key !== undefined) return partitionOfKey(key, partitions)
    this.#turn = (this.#turn + 1) % partitions
    return this.#turn
  }
}

function topicOf(reader: OrderedReader, topic: string): Topic {
  const found = NAME.test(topic) ? reader.get(topicKey(topic)) : undefined
  if (found === undefined) throw eventsRefused(topic, 'there is no such topic')
  return JSON.parse(Buffer.from(found).toString()) as Topic
}

/** Where the next event of a partition will be, and when the last one came. */
function endOf(
  reader: OrderedReader,
  id: number,
  partition: number,
): { next: number; timeMs: number } {
  const from = eventKey(id, partition, 0)
  const to = eventKey(id, partition + 1, 0)
  for (const [key, value] of reader.range({ from, to, isReversed: true, limit: 1 })) {
    return { next: offsetOf(key) + 1, timeMs: timeOf(value) }
  }
  return { next: 0, timeMs: 0 }
}

function topicKey(topic: string): Uint8Array {
  return Buffer.from(`\0${topic}`)
}

function eventKey(id: number, partition: number, offset: number): Uint8Array {
  const key = Buffer.allocUnsafe(KEY_BYTES)
  key[0] = EVENTS
  key.writeUInt32BE(id, 1)
  key.writeUInt16BE(partition, 5)
  key.writeBigUInt64BE(BigInt(offset), OFFSET_AT)
  return key
}

function offsetOf(key: Uint8Array): number {
  return Number(new DataView(key.buffer, key.byteOffset).getBigUint64(OFFSET_AT))
}

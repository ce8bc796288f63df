import type { Clock } from '../clock.ts'
import {
  eventsUnanswered,
  type EventBatch,
  type EventRange,
  type EventReader,
  type LoggedEvent,
} from '../event-log.ts'
import type { Consumer, EachBatchPayload, KafkaMessage } from './client.ts'

export interface RangeReaderOptions {
  readonly clock: Clock
  /** Nothing may come for that long at most. */
  readonly idleMs: number
  readonly connect: () => Promise<Consumer>
  readonly failed: (error: unknown) => Error
  readonly closed: () => Promise<void>
}

const HEARTBEAT_MS = 3000

/**
 * Ranges of a topic by a consumer in a group of its own, which commits nothing: kafkajs knows no other way to read from an offset. A batch waits until it
 * is asked for, and the group hears heartbeats meanwhile.
 */
export class RangeReader implements EventReader {
  readonly #topic: string
  readonly #options: RangeReaderOptions
  /** Partition → what is still to be read. */
  readonly #wanted: Map<number, { next: number; readonly until: number }> = new Map()
  #starting: Promise<void> | undefined
  #running: Consumer | undefined
  #ready: EventBatch | undefined
  #failure: Error | undefined
  #isClosed = false
  #wakeReader: () => void = () => undefined
  #wakeFeeder: () => void = () => undefined

  constructor(topic: string, ranges: readonly EventRange[], options: RangeReaderOptions) {
    this.#topic = topic
    this.#options = options
    for (const { partition, from, until } of ranges) {
      if (from < until) this.#wanted.set(partition, { next: from, until })
    }
  }

  async next(): Promise<EventBatch | undefined> {
    if (this.#isClosed) return undefined
    if (this.#wanted.size > 0) {
      this.#starting ??= this.#start()
      await this.#starting
    }
    while (this.#ready === undefined) {
      if (this.#failure !== undefined) throw this.#failure
      if (this.#isClosed || this.#wanted.size === 0) return undefined
      const { clock, idleMs } = this.#options
      const timer = clock.setTimer(idleMs, () =>
        this.#fail(eventsUnanswered(this.#topic, `no events within ${idleMs} ms`)),
      )
      await new Promise<void>((resolve) => (this.#wakeReader = resolve))
      timer.cancel()
    }
    const batch = this.#ready
    this.#ready = undefined
    this.#wakeFeeder()
    return batch
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#ready = undefined
    this.#wakeFeeder()
    this.#wakeReader()
    if (this.#starting === undefined) return
    await this.#starting.catch(() => undefined)
    await this.#running?.disconnect().catch(() => undefined)
    await this.#options.closed()
  }

  async #start(): Promise<void> {
    try {
      const consumer = await this.#options.connect()
      this.#running = consumer
      // kafkajs starts again by itself after what passes, such as a coordinator that is only just loading.
      consumer.on('consumer.crash', ({ payload: { error, restart } }) => {
        if (!restart) this.#fail(this.#options.failed(error))
      })
      consumer.on('consumer.group_join', () => {
        for (const [partition, { next }] of this.#wanted) {
          consumer.seek({ topic: this.#topic, partition, offset: String(next) })
        }
      })
      await consumer.connect()
      await consumer.subscribe({ topics: [this.#topic], fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: true,
        eachBatch: (payload) => this.#feed(payload),
      })
    } catch (error) {
      throw this.#options.failed(error)
    }
  }

  async #feed(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload
    const { partition } = batch
    const range = this.#wanted.get(partition)
    if (range === undefined) {
      payload.pause()
      return
    }
    // What comes before the consumer has gone to its place, and what lies behind the end, is left out.
    const events = batch.messages
      .map(eventOf)
      .filter(({ offset }) => offset >= range.next && offset < range.until)
    const last = Number(batch.lastOffset())
    if (events.length > 0) await this.#offer({ partition, events }, () => payload.heartbeat())
    range.next = Math.max(range.next, last + 1)
    if (range.next < range.until) return
    payload.pause()
    this.#wanted.delete(partition)
    this.#wakeReader()
  }

  async #offer(batch: EventBatch, heartbeat: () => Promise<void>): Promise<void> {
    const { clock } = this.#options
    while (this.#ready !== undefined && !this.#isClosed) {
      const timer = clock.setTimer(HEARTBEAT_MS, () => this.#wakeFeeder())
      await new Promise<void>((resolve) => (this.#wakeFeeder = resolve))
      timer.cancel()
      await heartbeat()
    }
    if (this.#isClosed) return
    this.#ready = batch
    this.#wakeReader()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#wakeReader()
  }
}

function eventOf({ offset, timestamp, key, value, headers = {} }: KafkaMessage): LoggedEvent {
  return {
    offset: Number(offset),
    timeMs: Number(timestamp),
    key: key === null ? undefined : key.toString(),
    value: new Uint8Array(value ?? []),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, found]) => [name, String(found)]),
    ),
  }
}

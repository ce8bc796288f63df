import type { Clock } from '../clock.ts'
import { partitionOfKey } from '../event-partitions.ts'
import {
  eventsRefused,
  eventsUnanswered,
  type EventLog,
  type EventLogSettings,
  type EventPosition,
  type EventRange,
  type EventReader,
  type NewEvent,
  type PartitionBounds,
  type TopicOptions,
} from '../event-log.ts'
import type { Random } from '../random.ts'
import type { TroupeError } from '../troupe-error.ts'
import { AppendQueue, type WaitingAppend } from './append-queue.ts'
import { clientOf, type Admin, type Kafka, type Producer } from './client.ts'
import { kafkaFailure } from './failures.ts'
import { RangeReader } from './range-reader.ts'

type KafkaSettings = Extract<EventLogSettings, { readonly type: 'kafka' }>

export interface KafkaPorts {
  readonly clock: Clock
  readonly random: Random
}

const DEFAULT_TIMEOUT_MS = 10_000
/** How long the number of a topic's partitions is taken for known. */
const PARTITIONS_MS = 60_000
const ON_ALL_IN_SYNC = -1

/** A Kafka cluster by way of kafkajs. */
export class KafkaLog implements EventLog {
  readonly #kafka: Kafka
  readonly #admin: Admin
  readonly #producer: Producer
  readonly #ports: KafkaPorts
  readonly #brokers: string
  readonly #timeoutMs: number
  readonly #queue: AppendQueue
  readonly #readers: Set<RangeReader> = new Set()
  readonly #partitions: Map<string, { readonly count: number; readonly untilMs: number }> =
    new Map()
  #turn = 0

  private constructor(settings: KafkaSettings, kafka: Kafka, ports: KafkaPorts) {
    this.#kafka = kafka
    this.#ports = ports
    this.#brokers = settings.brokers.join(',')
    this.#timeoutMs = settings.timeoutMs ?? DEFAULT_TIMEOUT_MS
    this.#admin = kafka.admin()
    this.#producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    })
    this.#queue = new AppendQueue((appends) => this.#send(appends))
  }

  /** Connects; fails when no broker answers in time. */
  static async open(settings: KafkaSettings, ports: KafkaPorts): Promise<KafkaLog> {
    const timeoutMs = settings.timeoutMs ?? DEFAULT_TIMEOUT_MS
    const kafka = await clientOf(settings.brokers, settings.clientId ?? 'troupe', timeoutMs)
    const log = new KafkaLog(settings, kafka, ports)
    await log.#asked('', async () => {
      await log.#admin.connect()
      await log.#producer.connect()
    })
    return log
  }

  async makeTopic(
    topic: string,
    { partitions = 1, replicas = 1 }: TopicOptions = {},
  ): Promise<boolean> {
    const wanted = {
      topic,
      numPartitions: partitions,
      replicationFactor: replicas,
      configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
    }
    const timeout = this.#timeoutMs
    return this.#asked(topic, () => this.#admin.createTopics({ topics: [wanted], timeout }))
  }

  append(topic: string, events: readonly NewEvent[]): Promise<readonly EventPosition[]> {
    if (events.length === 0) return Promise.resolve([])
    return this.#asked(
      topic,
      () =>
        new Promise((resolve, reject) => {
          this.#queue.add({ topic, events, resolve, reject })
        }),
    )
  }

  async bounds(topic: string): Promise<readonly PartitionBounds[]> {
    const found = await this.#asked(topic, () => this.#admin.fetchTopicOffsets(topic))
    return byPartition(found).map(({ low, high }) => ({ first: Number(low), next: Number(high) }))
  }

  async offsetsAt(topic: string, unixMs: number): Promise<readonly number[]> {
    const found = await this.#asked(topic, () =>
      this.#admin.fetchTopicOffsetsByTimestamp(topic, unixMs),
    )
    return byPartition(found).map(({ offset }) => Number(offset))
  }

  read(topic: string, ranges: readonly EventRange[]): EventReader {
    const group = `troupe-read-${Buffer.from(this.#ports.random.bytes(8)).toString('hex')}`
    const reader = new RangeReader(topic, ranges, {
      clock: this.#ports.clock,
      idleMs: this.#timeoutMs,
      connect: async () => {
        // Also where offsets are gone: that is told at once.
        const bounds = await this.bounds(topic)
        for (const { partition, from, until } of ranges) {
          const { first, next } = bounds[partition] ?? { first: 0, next: 0 }
          if (from >= until || (from >= first && until <= next)) continue
          throw eventsRefused(topic, `offset ${from} of partition ${partition} is not there`)
        }
        return this.#kafka.consumer({
          groupId: group,
          allowAutoTopicCreation: false,
          maxWaitTimeInMs: 500,
        })
      },
      failed: (error) => kafkaFailure(error, topic, this.#brokers),
      closed: async () => {
        this.#readers.delete(reader)
        // Nobody comes back to it; brokers forget it by themselves otherwise.
        await this.#admin.deleteGroups([group]).catch(() => undefined)
      },
    })
    this.#readers.add(reader)
    return reader
  }

  async close(): Promise<void> {
    await Promise.all([...this.#readers].map((reader) => reader.close()))
    await Promise.allSettled([this.#producer.disconnect(), this.#admin.disconnect()])
  }

  async #send(appends: readonly WaitingAppend[]): Promise<void> {
    try {
      const topicMessages: { topic: string; messages: KafkaMessageToSend[] }[] = []
      const places: { readonly topic: string; readonly partition: number }[][] = []
      for (const { topic, events } of appends) {
        const count = await this.#partitionsOf(topic)
        const messages = events.map((event) => messageOf(event, this.#partitionOf(event, count)))
        const known = topicMessages.find((other) => other.topic === topic)
        if (known === undefined) topicMessages.push({ topic, messages })
        else known.messages.push(...messages)
        places.push(messages.map(({ partition }) => ({ topic, partition })))
      }
      const sent = await this.#producer.sendBatch({
        topicMessages,
        acks: ON_ALL_IN_SYNC,
        timeout: this.#timeoutMs,
      })
      const next = new Map(
        sent.map((found) => [`${found.topicName}/${found.partition}`, Number(found.baseOffset)]),
      )
      for (const [i, { resolve }] of appends.entries()) {
        const positions = (places[i] ?? []).map(({ topic, partition }) => {
          const place = `${topic}/${partition}`
          const offset = next.get(place) ?? 0
          next.set(place, offset + 1)
          return { partition, offset }
        })
        resolve(positions)
      }
    } catch (error) {
      const failure = kafkaFailure(error, appends[0]?.topic ?? '', this.#brokers)
      const [only, ...others] = appends
      // One that is refused takes nobody with it.
      if (failure.code === 'TROUPE_PLATFORM_EVENTS_REFUSED' && others.length > 0) {
        for (const append of appends) await this.#send([append])
      } else if (only !== undefined) {
        for (const { reject } of appends) reject(this.#unknownOf(failure))
      }
    }
  }

  /** An attempt before the last one may have been heard, though the last one found nobody. */
  #unknownOf(failure: TroupeError): TroupeError {
    if (failure.code !== 'TROUPE_PLATFORM_EVENTS_UNREACHABLE') return failure
    return eventsUnanswered(this.#brokers, String(failure.data['reason']), failure.cause)
  }

  #partitionOf({ key }: NewEvent, count: number): number {
    if (key !== undefined) return partitionOfKey(key, count)
    this.#turn = (this.#turn + 1) % count
    return this.#turn
  }

  async #partitionsOf(topic: string): Promise<number> {
    const nowMs = this.#ports.clock.now()
    const known = this.#partitions.get(topic)
    if (known !== undefined && nowMs < known.untilMs) return known.count
    const { topics } = await this.#admin.fetchTopicMetadata({ topics: [topic] })
    const count = topics[0]?.partitions.length ?? 0
    if (count === 0) throw eventsRefused(topic, 'there is no such topic')
    this.#partitions.set(topic, { count, untilMs: nowMs + PARTITIONS_MS })
    return count
  }

  /** A request of kafkajs, whose own limits are for each of its attempts. */
  #asked<T>(topic: string, work: () => Promise<T>): Promise<T> {
    const { clock } = this.#ports
    const limitMs = this.#timeoutMs
    return new Promise((resolve, reject) => {
      const timer = clock.setTimer(limitMs, () =>
        reject(eventsUnanswered(this.#brokers, `not within ${limitMs} ms`)),
      )
      work()
        .then(resolve, (error: unknown) => reject(kafkaFailure(error, topic, this.#brokers)))
        .finally(() => timer.cancel())
    })
  }
}

interface KafkaMessageToSend {
  readonly partition: number
  readonly key: string | null
  readonly value: Buffer
  readonly headers?: Record<string, string>
}

function messageOf({ key, value, headers }: NewEvent, partition: number): KafkaMessageToSend {
  return {
    partition,
    key: key ?? null,
    value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    ...(headers !== undefined && { headers: { ...headers } }),
  }
}

function byPartition<T extends { readonly partition: number }>(found: readonly T[]): readonly T[] {
  return [...found].sort((a, b) => a.partition - b.partition)
}

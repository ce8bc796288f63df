import { ActorSystem } from '../actors/index.ts'
import type { Environment, EventLog, LoggedEvent } from '../platform/index.ts'
import { oneForOne } from '../supervision/index.ts'
import { IngestError } from './errors.ts'
import { eventOf, jsonOf, type Event } from './event/index.ts'
import { ID_HEADER } from './intake.ts'
import { Rim, type WriteReply } from './rim/index.ts'
import type { StoreSettings } from './settings.ts'

/** What is to be replayed, and how patient it is. */
export interface ReplaySettings {
  readonly stores: StoreSettings
  /** The topic that is read. */
  readonly topic: string
  /** From that Unix time on; the beginning by default. It is the time at which the log took an event. */
  readonly fromMs?: number
  /** And before that one; now by default. */
  readonly toMs?: number
  /** How long the table may be out of reach before it is given up. */
  readonly waitMs: number
}

/** A logged value that is no event. */
export interface BrokenValue {
  readonly partition: number
  readonly offset: number
  readonly reason: string
}

/** What a replay has done. */
export interface ReplayReport {
  /** Values of the interval. */
  readonly read: number
  /** Events that are in the table now, whether they were before or not. */
  readonly written: number
  /** Events that the table does not take. */
  readonly refused: number
  /** Values that are no events. */
  readonly invalid: number
  /** The first few of those. */
  readonly samples: readonly BrokenValue[]
}

const MAX_SAMPLES = 10
/** Values of partitions that are written at a time. */
const AT_A_TIME = 512

/**
 * Reads an interval of a topic again, and writes its events into the table: what is missing there is patched, what is there stays the same, so that
 * twice is the same as once. Values that are no events are counted and passed over.
 * @throws TROUPE_INGEST_REPLAY_STOPPED when the table stays out of reach, or takes an event no more; what an event log throws
 */
export async function replay(
  environment: Environment,
  { stores, topic, fromMs, toMs, waitMs }: ReplaySettings,
): Promise<ReplayReport> {
  const supervision = oneForOne({ directive: 'escalate' })
  const log = await environment.eventLogs.open(stores.log)
  const system = ActorSystem.create('replay', { environment, supervision })
  try {
    const rim = new Rim(system, stores, AT_A_TIME, { hasLog: false })
    await Promise.all(rim.writers.map(({ state }) => state.tried))
    const counts = { read: 0, written: 0, refused: 0, invalid: 0 }
    const samples: BrokenValue[] = []
    for await (const { partition, events } of interval(log, topic, fromMs, toMs)) {
      for (let at = 0; at < events.length; at += AT_A_TIME) {
        const some = events.slice(at, at + AT_A_TIME)
        // An event that stands there twice is one row, and its last state counts: in the order of the log.
        const last = new Map<string, Event>()
        for (const logged of some) {
          counts.read += 1
          const event = readEvent(logged)
          if (typeof event !== 'string') {
            const key = `${event.campaignId} ${event.id} ${event.eventType}`
            if (last.has(key)) counts.written += 1
            last.set(key, event)
            continue
          }
          counts.invalid += 1
          const { offset } = logged
          if (samples.length < MAX_SAMPLES) samples.push({ partition, offset, reason: event })
        }
        for (const isWritten of await written(environment, rim, [...last.values()], waitMs)) {
          counts[isWritten ? 'written' : 'refused'] += 1
        }
      }
    }
    return { ...counts, samples }
  } finally {
    await log.close()
    await system.terminate()
  }
}

async function* interval(
  log: EventLog,
  topic: string,
  fromMs: number | undefined,
  toMs: number | undefined,
): AsyncGenerator<{ readonly partition: number; readonly events: readonly LoggedEvent[] }> {
  const bounds = await log.bounds(topic)
  const from = fromMs === undefined ? undefined : await log.offsetsAt(topic, fromMs)
  const to = toMs === undefined ? undefined : await log.offsetsAt(topic, toMs)
  const ranges = bounds.map(({ first, next }, partition) => ({
    partition,
    from: Math.max(first, from?.[partition] ?? first),
    until: Math.min(next, to?.[partition] ?? next),
  }))
  const reader = log.read(
    topic,
    ranges.filter((range) => range.from < range.until),
  )
  try {
    for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
      yield batch
    }
  } finally {
    await reader.close()
  }
}

/** The event that was logged, or why it is none. */
function readEvent({ value, headers, key }: LoggedEvent): Event | string {
  try {
    return eventOf(jsonOf(value), () => {
      const id = headers[ID_HEADER] ?? key
      // One made now would be another one each time.
      if (id === undefined) {
        throw new IngestError('TROUPE_INGEST_EVENT_INVALID', 'This is no event: /id is missing.')
      }
      return id
    })
  } catch (error) {
    if (!(error instanceof IngestError)) throw error
    return error.message
  }
}

async function written(
  { clock }: Environment,
  rim: Rim,
  events: readonly Event[],
  waitMs: number,
): Promise<readonly boolean[]> {
  const untilMs = clock.now() + waitMs
  return Promise.all(
    events.map(async (event) => {
      const reply = await rim.writer.ask<WriteReply>(clock.now(), untilMs, (replyTo) => ({
        type: 'WriteEvent',
        event,
        untilMs,
        replyTo,
      }))
      if (reply.type !== 'Unavailable') return reply.type === 'WriteSuccessful'
      throw new IngestError(
        'TROUPE_INGEST_REPLAY_STOPPED',
        `The replay stopped (${reply.reason}): begin it again when the table can be reached; what was written twice stands there once.`,
        { data: { reason: reply.reason } },
      )
    }),
  )
}

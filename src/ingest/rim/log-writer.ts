import type { Behavior } from '../../actors/index.ts'
import {
  isTroupeError,
  type EventLog,
  type EventLogs,
  type EventLogSettings,
} from '../../platform/index.ts'
import { connected, type ConnectionState } from './connected.ts'
import type { AppendEvent } from './protocol.ts'

export interface Topics {
  readonly events: string
  readonly deadLetters: string
  /** Of topics that are made. */
  readonly partitions: number
  /** Of topics that are made: how many brokers have each event. */
  readonly replicas: number
}

/** More than fit into one request of a log: what comes while one is under way goes together. */
export const MAX_APPENDS = 4096

/** Logs events: `AppendSuccessful` once all replicas in sync have one. The topics are made where they are not. */
export function logWriter(
  eventLogs: EventLogs,
  settings: EventLogSettings,
  topics: Topics,
  state: ConnectionState,
): Behavior<AppendEvent> {
  const { events, deadLetters, partitions, replicas } = topics
  return connected<AppendEvent, EventLog>({
    state,
    maxInFlight: MAX_APPENDS,
    async open() {
      const log = await eventLogs.open(settings)
      try {
        for (const topic of [events, deadLetters]) {
          await log.makeTopic(topic, { partitions, replicas })
        }
      } catch (error) {
        await log.close()
        throw error
      }
      return log
    },
    close: (log) => log.close(),
    async carryOut(log, { topic, event, replyTo }) {
      try {
        await log.append(topic, [event])
      } catch (error) {
        if (!isTroupeError(error) || error.code !== 'TROUPE_PLATFORM_EVENTS_REFUSED') throw error
        replyTo.tell({ type: 'Refused', reason: error.message })
        return
      }
      replyTo.tell({ type: 'AppendSuccessful' })
    },
  })
}

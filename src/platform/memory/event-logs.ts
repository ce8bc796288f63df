import { EmbeddedEventLog } from '../embedded/event-log.ts'
import {
  eventsRefused,
  eventsUnanswered,
  eventsUnreachable,
  type EventLog,
  type EventLogs,
} from '../event-log.ts'
import type { OrderedStores } from '../ordered-store.ts'
import { ServerJudges, type ServerJudge } from './server-judges.ts'

const failures = {
  refused: eventsRefused,
  unreachable: eventsUnreachable,
  unanswered: eventsUnanswered,
} as const

/**
 * Event logs of a simulated world. A Kafka cluster is one embedded log for all nodes and settings, on a disk that loses nothing; it is away or silent as judges
 * say. An embedded log is on its node's disk.
 */
export class MemoryEventLogs {
  readonly #judges: ServerJudges
  readonly #now: () => number
  readonly #stores: OrderedStores
  #cluster: Promise<EventLog> | undefined

  /** @param stores for the cluster @param wait until so many milliseconds have gone */
  constructor(stores: OrderedStores, now: () => number, wait: (ms: number) => Promise<void>) {
    this.#judges = new ServerJudges(wait)
    this.#stores = stores
    this.#now = now
  }

  /** Shows each request to the cluster to `judge`; returns the way to end that. */
  interpose(judge: ServerJudge): () => void {
    return this.#judges.add(judge)
  }

  /** As a node sees them. */
  of(stores: OrderedStores, now: () => number): EventLogs {
    return {
      open: async (settings) => {
        if (settings.type === 'embedded') {
          return new EmbeddedEventLog(await stores.open(settings.directory), now)
        }
        await this.#judges.asked('open', '', failures, () => Promise.resolve())
        this.#cluster ??= this.#stores
          .open('/kafka')
          .then((store) => new EmbeddedEventLog(store, this.#now))
        return this.#judged(await this.#cluster)
      },
    }
  }

  #judged(log: EventLog): EventLog {
    const asked = <T>(operation: string, topic: string, work: () => Promise<T>): Promise<T> =>
      this.#judges.asked(operation, topic, failures, work)
    return {
      makeTopic: (topic, options) => asked('makeTopic', topic, () => log.makeTopic(topic, options)),
      append: (topic, events) => asked('append', topic, () => log.append(topic, events)),
      bounds: (topic) => asked('bounds', topic, () => log.bounds(topic)),
      offsetsAt: (topic, unixMs) => asked('offsetsAt', topic, () => log.offsetsAt(topic, unixMs)),
      read: (topic, ranges) => {
        const reader = log.read(topic, ranges)
        return {
          next: () => asked('read', topic, () => reader.next()),
          close: () => reader.close(),
        }
      },
      close: () => Promise.resolve(),
    }
  }
}

import { EmbeddedEventLog } from '../embedded/event-log.ts'
import type { EventLogs } from '../event-log.ts'
import { KafkaLog } from '../kafka/kafka-log.ts'
import { nodeClock } from './clock.ts'
import { lmdbOrderedStores } from './lmdb-ordered-stores.ts'
import { nodeRandom } from './random.ts'

/** Event logs for real: in LMDB, or Kafka's. */
export const nodeEventLogs: EventLogs = {
  async open(settings) {
    if (settings.type === 'kafka') {
      return KafkaLog.open(settings, { clock: nodeClock, random: nodeRandom() })
    }
    const store = await lmdbOrderedStores.open(settings.directory)
    return new EmbeddedEventLog(store, () => nodeClock.wallNow())
  },
}

import type { Behavior } from '../../actors/index.ts'
import {
  isTroupeError,
  type Environment,
  type Table,
  type TableSchema,
  type TableStore,
  type TableStoreSettings,
} from '../../platform/index.ts'
import { connected, type ConnectionState } from './connected.ts'
import { rowOf, type EventRow } from './event-table.ts'
import type { SumEvents, WriterMessage } from './protocol.ts'

/** Rows that a writer has under way, at most. */
export const MAX_WRITES = 1024

interface Open {
  readonly store: TableStore
  readonly table: Table<EventRow>
}

/**
 * Writes events into the table: `WriteSuccessful` once a quorum of its replicas has the row. Adds them up, too. The table is made where
 * it is not.
 */
export function cassandraWriter(
  { tableStores, turns }: Pick<Environment, 'tableStores' | 'turns'>,
  settings: TableStoreSettings,
  schema: TableSchema<EventRow>,
  state: ConnectionState,
): Behavior<WriterMessage> {
  const turn = (): Promise<void> => new Promise((resolve) => turns.macrotask(resolve))
  return connected<WriterMessage, Open>({
    state,
    maxInFlight: MAX_WRITES,
    async open() {
      const store = await tableStores.open(settings)
      try {
        return { store, table: await store.table(schema) }
      } catch (error) {
        await store.close()
        throw error
      }
    },
    close: ({ store }) => store.close(),
    async carryOut({ table }, order) {
      try {
        if (order.type === 'SumEvents') {
          const total = await sumOf(table, order, turn)
          order.replyTo.tell({ type: 'Sum', total })
        } else {
          await table.put(rowOf(order.event))
          order.replyTo.tell({ type: 'WriteSuccessful' })
        }
      } catch (error) {
        if (!isTroupeError(error) || error.code !== 'TROUPE_PLATFORM_TABLES_REFUSED') throw error
        order.replyTo.tell({ type: 'Refused', reason: error.message })
      }
    },
  })
}

/** Totals come from the rows, one an event: nothing is counted twice, however often it was sent or replayed. */
async function sumOf(
  table: Table<EventRow>,
  { campaignId, eventType }: SumEvents,
  turn: () => Promise<void>,
): Promise<bigint> {
  let total = 0n
  const where = { campaign_id: campaignId, event_type: eventType }
  for await (const page of table.scan({ where, columns: ['value'] })) {
    for (const { value } of page) total += value ?? 0n
    // An embedded store has all its pages at hand: others have their turn.
    await turn()
  }
  return total
}

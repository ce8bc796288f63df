import { eventTable, type StoreSettings } from '../../../ingest/index.ts'
import type { Environment } from '../../../platform/index.ts'

/** What is in the log, and in the table. */
export interface Stored {
  /** Ids. */
  readonly logged: ReadonlySet<string>
  /** Id → its rows. */
  readonly rows: ReadonlyMap<string, readonly string[]>
}

/** Looks into the log and into the table, past the service. */
export async function storedIn(
  { eventLogs, tableStores }: Environment,
  { log: logSettings, tables, topics, keyspace, table: name }: StoreSettings,
  campaign: string,
  types: readonly string[],
): Promise<Stored> {
  const log = await eventLogs.open(logSettings)
  const bounds = await log.bounds(topics.events)
  const reader = log.read(
    topics.events,
    bounds.map(({ first, next }, partition) => ({ partition, from: first, until: next })),
  )
  const logged = new Set<string>()
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    for (const { value } of batch.events) {
      logged.add((JSON.parse(new TextDecoder().decode(value)) as { readonly id: string }).id)
    }
  }
  await log.close()
  const store = await tableStores.open(tables)
  const table = await store.table(eventTable(keyspace, name))
  const rows = new Map<string, string[]>()
  for (const type of types) {
    for await (const page of table.scan({ where: { campaign_id: campaign, event_type: type } })) {
      for (const { id, value } of page) {
        const key = id ?? ''
        rows.set(key, [...(rows.get(key) ?? []), `${key} ${type} ${value}`])
      }
    }
  }
  await store.close()
  return { logged, rows }
}

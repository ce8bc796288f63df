import type { TableSchema } from '../../platform/index.ts'
import type { Event } from '../event/index.ts'

/** A row of the table of events; an event that comes again has the same key, so it is the same row. */
export type EventRow = Readonly<{
  campaign_id: string
  event_type: string
  id: string
  value: bigint
  time: Date
}>

/** Rows of one campaign and type are one partition, which is what totals add up. */
export function eventTable(keyspace: string, name: string): TableSchema<EventRow> {
  return {
    keyspace,
    name,
    columns: {
      campaign_id: 'uuid',
      event_type: 'text',
      id: 'uuid',
      value: 'bigint',
      time: 'timestamp',
    },
    partitionKey: ['campaign_id', 'event_type'],
    clusteringKey: ['id'],
  }
}

export function rowOf({ id, campaignId, eventType, value, time }: Event): EventRow {
  return { campaign_id: campaignId, event_type: eventType, id, value, time }
}

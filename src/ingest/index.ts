/**
 * Ingest: events come in over HTTP, and go into an event log (Kafka) and a table (Cassandra), or into embedded twins of both.
 *
 * {@link startIngest} runs the service. 200 means that the event is in the log on all replicas in sync and in the table on a quorum; what is not
 * certain is answered with 503, and sent again by the client. The id of an event makes that the same one row.
 *
 * Words: the *door* is its HTTP; the *intake* takes one event in; the *rim* are the actors that hold connections; a *dead letter* is an event that
 * the table will never take, logged with the reason.
 */
export { IngestError } from './errors.ts'
export type { IngestErrorCode } from './errors.ts'
export { parseUtc } from './event/index.ts'
export { replay } from './replay.ts'
export type { BrokenValue, ReplayReport, ReplaySettings } from './replay.ts'
export { eventTable } from './rim/index.ts'
export type { EventRow } from './rim/index.ts'
export { DEFAULT_TOPIC, defaultDoor } from './settings.ts'
export type { DoorSettings, IngestSettings, StoreSettings } from './settings.ts'
export { startIngest } from './service.ts'
export type { IngestService } from './service.ts'

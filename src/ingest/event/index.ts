/** What an event is: its schema, how it is read from JSON, its time. */
export { eventOf, isUuid, jsonOf, randomUuid } from './event.ts'
export type { Event, FieldErrors } from './event.ts'
export { eventSchema } from './schema.ts'
export { parseUtc } from './utc-time.ts'

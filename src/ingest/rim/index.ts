/**
 * The rim: the actors that hold connections to the event log and to the table store, under one supervisor. One whose connection is lost fails
 * and is started again after a while, with all that it had not answered in front of its mailbox.
 */
export type { AppendReply, SumReply, WriteReply } from './protocol.ts'
export { eventTable } from './event-table.ts'
export type { EventRow } from './event-table.ts'
export type { Topics } from './log-writer.ts'
export { Rim } from './rim.ts'
export type { Unavailable } from './rim.ts'

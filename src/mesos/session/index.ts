/**
 * The client's end of a session.
 *
 * Scheduler and master, agent and master, executor and agent are no parents of one another: they speak in sessions, and
 * either side outlives the other. The server spawns a session actor per connection; {@link sessionClient} is the actor
 * that opens such sessions, one after another, for its owner.
 *
 * Guarantees: the owner hears `session-opened`, then events, then `session-closed`, never mixed with those of another
 * connection; calls go to the open session only. Nothing is sent again by itself: what must survive a broken session is
 * said again by the owner when the next one opens.
 */
export { sessionClient } from './session-client.ts'
export type { SessionClientMessage, SessionClientOptions, SessionNotice } from './session-client.ts'

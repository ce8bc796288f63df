/**
 * Sessions: how those speak who are no parents of one another.
 *
 * Scheduler and master, agent and master, executor and agent outlive each other. The client asks the server's actor to
 * open a session, with a ref for events; the server answers with a ref for calls, behind which a {@link sessionServer}, one per
 * connection, belongs to it; {@link SessionTable} is where it keeps them. {@link sessionClient} opens such sessions, one after another, for its owner.
 *
 * Guarantees: calls and events arrive in order, each once, or the session ends on both sides: with a gone actor or node, with
 * silence past the lease, with a message lost on the way (counted by {@link SessionPulse}). The client's owner hears
 * `session-opened`, then events, then `session-closed`, never mixed with those of another connection. Nothing is sent again by
 * itself: what must survive a broken session is said again by the owner when the next one opens.
 */
export { sessionClient } from './session-client.ts'
export type {
  OpenSession,
  SessionClientMessage,
  SessionClientOptions,
  SessionNotice,
} from './session-client.ts'
export { sessionServer } from './session-server.ts'
export type { SessionServerMessage, SessionServerOptions } from './session-server.ts'
export { SessionTable } from './session-table.ts'
export type { SessionWords } from './session-table.ts'
export type { SessionPulse } from './pulse.ts'

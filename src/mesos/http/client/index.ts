/**
 * The other side of the doors: sessions of the house with masters and agents that speak v1 HTTP.
 *
 * {@link httpSession} posts calls, one after the other, and hands on the events of the stream that a SUBSCRIBE opened. To the
 * driver behind it it is a session like any other: it ends when the stream does, or when a call is refused.
 */
export { httpSession } from './http-session.ts'
export type { HttpSessionSettings } from './http-session.ts'
export { knock } from './knock.ts'

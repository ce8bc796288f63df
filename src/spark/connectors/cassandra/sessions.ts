import type { Cassandra, Clock, CqlSession, Timer } from '../../../platform/index.ts'
import type { ConnectionSettings } from './settings.ts'

/** What sessions are made with. */
export interface CassandraPorts {
  readonly cassandra: Cassandra
  readonly clock: Clock
}

interface Kept {
  readonly session: Promise<CqlSession>
  users: number
  closing: Timer | undefined
}

/** Sessions of this thread, of one environment each: by their settings. */
const kept: WeakMap<Cassandra, Map<string, Kept>> = new WeakMap()

/** Calls `use` with a session of its own, which is closed then. */
export async function withOwnSession<R>(
  { cassandra }: Pick<CassandraPorts, 'cassandra'>,
  { cql }: ConnectionSettings,
  use: (session: CqlSession) => Promise<R>,
): Promise<R> {
  const session = await cassandra.connect(cql)
  try {
    return await use(session)
  } finally {
    await session.close()
  }
}

/**
 * A session that all tasks of this thread with the same settings have in common, for as long as they need it and `keepAliveMs` more. Who takes
 * it gives it back by `release`.
 */
export async function takeSession(
  { cassandra, clock }: CassandraPorts,
  { cql, keepAliveMs }: ConnectionSettings,
): Promise<{ readonly session: CqlSession; readonly release: () => void }> {
  const sessions = kept.get(cassandra) ?? new Map<string, Kept>()
  kept.set(cassandra, sessions)
  const key = JSON.stringify(cql)
  const one = sessions.get(key) ?? {
    session: cassandra.connect(cql),
    users: 0,
    closing: undefined,
  }
  sessions.set(key, one)
  one.closing?.cancel()
  one.closing = undefined
  one.users += 1
  const forget = (): void => {
    if (sessions.get(key) === one) sessions.delete(key)
  }
  try {
    const session = await one.session
    const release = (): void => {
      one.users -= 1
      if (one.users > 0) return
      const close = (): void => {
        forget()
        // Nobody waits for it, and what it can't close the other side does.
        session.close().catch(() => undefined)
      }
      one.closing = clock.setTimer(keepAliveMs, close, { background: true })
    }
    return { session, release }
  } catch (error) {
    forget() // the next task tries again
    throw error
  }
}

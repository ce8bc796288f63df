import { receive, setup, type ActorSystem, type AnyRef } from '../../actors/index.ts'
import type { SchedulerCall, SchedulerEvent } from '../protocol/index.ts'
import type { OpenSession } from '../session/index.ts'

/** Sessions whose end can be waited for. */
export interface Farewell<Call = SchedulerCall, Event = SchedulerEvent> {
  readonly open: OpenSession<Call, Event>
  /**
   * Resolves when the session that was opened last has ended: after the framework's driver was told to stop, the master has then
   * heard that it leaves. After 5 s it resolves in any case.
   */
  readonly over: () => Promise<void>
}

const LIMIT_MS = 5000

/** Opens sessions as `open` does, and knows when the last of them is over. */
export function withFarewell<Call, Event>(
  system: ActorSystem,
  open: OpenSession<Call, Event>,
): Farewell<Call, Event> {
  let last: AnyRef | undefined
  return {
    open: async (subscriber) => {
      const session = await open(subscriber)
      last = session
      return session
    },
    over: () => {
      const session = last
      if (session === undefined) return Promise.resolve()
      return new Promise((resolve) => {
        const waiting = setup<'over'>((ctx) => {
          ctx.watch(session, 'over')
          ctx.timers.startSingle('limit', 'over', LIMIT_MS)
          return receive<'over'>(() => {
            resolve()
            ctx.stop()
          })
        })
        system.spawnService(waiting, `farewell-${system.environment.random.id()}`)
      })
    },
  }
}

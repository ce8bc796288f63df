import type { ActorRef } from '../actor-ref.ts'
import type { Behavior, BehaviorLike } from '../behavior.ts'
import { receive, setup } from '../behaviors.ts'
import type { ActorContext } from '../context.ts'
import type { SpawnOptions } from '../spawn-options.ts'
import type { SupervisorStrategy } from '../supervisor.ts'
import { checkSize } from './errors.ts'
import { isRouterControl } from './protocol.ts'
import type { RouterControl } from './protocol.ts'
import { Router } from './router.ts'
import { roundRobin } from './routing.ts'
import type { Routing } from './routing.ts'

export interface PoolOptions<M> {
  /** Round robin by default. */
  readonly routing?: Routing<M>
  /** How the pool answers for its routees; the system's strategy by default. */
  readonly supervision?: SupervisorStrategy
  /** How each routee is spawned. */
  readonly routee?: SpawnOptions<M>
}

/** A routee of a pool; its slot is its identity, so that a new one takes the keys of its predecessor. */
interface Slot<M> {
  readonly id: string
  readonly ref: ActorRef<M>
}

/**
 * A router with `size` children of its own, each of them an actor of `behavior`. A routee that fails is
 * restarted (or what `supervision` says) and keeps its place; one that ends leaves it. Messages that find no routee are
 * dead letters with reason `no-routee`. `ResizePool` changes the size.
 *
 * @throws TROUPE_ROUTER_OPTION_INVALID
 */
export function pool<M>(
  size: number,
  behavior: BehaviorLike<M>,
  options: PoolOptions<M> = {},
): Behavior<M | RouterControl> {
  checkSize(size)
  const made = setup<M | RouterControl>((ctx) => {
    const routing = options.routing ?? roundRobin<M>()
    const router = new Router<M>(ctx.self, routing)
    let slots: readonly Slot<M>[] = []
    const become = (next: readonly Slot<M>[]): void => {
      slots = next
      router.update(slots)
    }
    const resize = (wanted: number): void => {
      for (const { ref } of slots.slice(wanted)) {
        ctx.unwatch(ref)
        void ctx.stop(ref)
      }
      const kept = slots.slice(0, wanted)
      const added = freeSlots(kept, ctx, wanted - kept.length).map((id) => {
        const ref = ctx.spawn(behavior, id, options.routee)
        ctx.watch(ref)
        return { id, ref }
      })
      become([...kept, ...added])
    }
    resize(size)
    return receive<M | RouterControl>(
      (message) => {
        if (!isRouterControl(message)) return router.route(message)
        else if (message.type === 'troupe.router.GetRoutees') router.reply(message)
        else resize(checkSize(message.size))
      },
      (signal) => {
        if (signal.type !== 'Terminated') return
        become(slots.filter(({ ref }) => ref !== signal.ref))
      },
    )
  })
  return options.supervision === undefined ? made : { ...made, supervision: options.supervision }
}

/** The lowest numbers that no routee has, and none that is still stopping. */
function freeSlots<M>(
  kept: readonly Slot<M>[],
  ctx: ActorContext<M | RouterControl>,
  count: number,
): readonly string[] {
  const taken = new Set(kept.map(({ id }) => id))
  const free: string[] = []
  for (let n = 1; free.length < count; n++) {
    const id = `routee-${String(n)}`
    if (!taken.has(id) && ctx.child(id) === undefined) free.push(id)
  }
  return free
}

import type { ActorRef } from '../actor-ref.ts'
import type { Behavior } from '../behavior.ts'
import { receive, setup } from '../behaviors.ts'
import type { Listing, ServiceKey } from '../receptionist/index.ts'
import { isRouterControl } from './protocol.ts'
import type { RouterControl } from './protocol.ts'
import { Router } from './router.ts'
import { roundRobin } from './routing.ts'
import type { Routing } from './routing.ts'

export interface GroupOptions<M> {
  /** Round robin by default. */
  readonly routing?: Routing<M>
}

/** What a group tells itself when the receptionist's listing has changed. */
interface Listed<M> {
  readonly type: 'troupe.router.Listed'
  readonly refs: readonly ActorRef<M>[]
}

/**
 * A router over actors that live elsewhere: those given, or those listed under a service key at each time. One
 * that terminates leaves. Messages that find no routee are dead letters with reason `no-routee`.
 */
export function group<M>(
  routees: readonly ActorRef<M>[] | ServiceKey<M>,
  options: GroupOptions<M> = {},
): Behavior<M | RouterControl> {
  return setup<M | RouterControl | Listed<M>>((ctx) => {
    const routing = options.routing ?? roundRobin<M>()
    const router = new Router<M>(ctx.self, routing)
    const become = (refs: readonly ActorRef<M>[]): void => {
      for (const ref of refs) ctx.watch(ref)
      // On the ring by path, which is the same for every node's group.
      router.update(refs.map((ref) => ({ id: ref.path, ref })))
    }
    let unsubscribe = (): void => undefined
    if (isKey(routees)) {
      const listings = ctx.adapter<Listing<M>>(({ refs }) => ({
        type: 'troupe.router.Listed',
        refs,
      }))
      ctx.system.receptionist.subscribe(routees, listings)
      unsubscribe = () => {
        ctx.system.receptionist.unsubscribe(routees, listings)
      }
    } else become(routees)
    return receive<M | RouterControl | Listed<M>>(
      (message) => {
        if (isListed<M>(message)) become(message.refs)
        else if (!isRouterControl(message)) return router.route(message)
        else if (message.type === 'troupe.router.GetRoutees') router.reply(message)
        else ctx.unhandled()
      },
      (signal) => {
        // The next incarnation subscribes for itself.
        if (signal.type === 'PreRestart') unsubscribe()
        if (signal.type !== 'Terminated') return
        router.update(router.routees.filter(({ ref }) => ref !== signal.ref))
      },
    )
  })
}

function isKey<M>(routees: readonly ActorRef<M>[] | ServiceKey<M>): routees is ServiceKey<M> {
  return !Array.isArray(routees)
}

function isListed<M>(message: unknown): message is Listed<M> {
  return (
    typeof message === 'object' &&
    message !== null &&
    (message as { readonly type?: unknown }).type === 'troupe.router.Listed'
  )
}

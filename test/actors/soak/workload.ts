import { oneForOne, receive, setup } from '../../../src/index.ts'
import type { ActorRef, ActorSystem, Placement, RemoteNode } from '../../../src/index.ts'
import { hubOf } from '../../../src/actors/links/index.ts'
import { counter } from '../fixtures/travellers.ts'
import type { CounterMessage } from '../fixtures/travellers.ts'

interface Echo {
  readonly value: unknown
  readonly replyTo: ActorRef<unknown>
}

/** What a system holds at one moment; whatever it does all along, this must come back to where it was. */
export interface Holding {
  readonly actors: number
  readonly exports: number
  readonly links: number
  /** Of all links: refs of the other sides, numbers they know, control messages not acknowledged. */
  readonly refs: number
  readonly known: number
  readonly unacknowledged: number
  readonly asks: number
  readonly inFlight: number
}

export function holdingOf(system: ActorSystem): Holding {
  const { core } = system
  const kept = [...hubOf(core).links].map((link) => link.kept)
  const sum = (of: (one: (typeof kept)[number]) => number): number =>
    kept.reduce((total, one) => total + of(one), 0)
  return {
    actors: [...core.cells()].length,
    exports: core.exports.size,
    links: kept.length,
    refs: sum(({ refs }) => refs),
    known: sum(({ known }) => known),
    unacknowledged: sum(({ unacknowledged }) => unacknowledged),
    asks: core.askDeadlines.pending().length,
    inFlight: system.ledger().inFlight,
  }
}

/** However an ask ends, it has ended. */
function ended(ask: Promise<unknown>): Promise<unknown> {
  return ask.catch(() => undefined)
}

/** A system under load: everything it is given to do fails, ends or is left unanswered sooner or later. */
export class Workload {
  readonly system: ActorSystem
  readonly #silent: ActorRef<unknown>
  rounds = 0
  /** Things that were begun: asks, actors, restarts. */
  done = 0

  constructor(system: ActorSystem) {
    this.system = system
    this.#silent = system.spawn(
      receive<unknown>(() => undefined),
      'silent',
    )
  }

  /** One round of everything. `peers` are nodes with the actors `/user/echo` and `/user/silent`. */
  async round(peers: readonly RemoteNode[], pool: Placement | undefined): Promise<void> {
    this.rounds++
    const asks: Promise<unknown>[] = []
    this.#storm()
    this.#passers()
    for (let i = 0; i < 20; i++) asks.push(this.#ask(this.#silent, 100 + i))
    for (const peer of peers) {
      if (peer.state !== 'up') continue
      asks.push(this.#strangers(peer, peers))
      this.#children(peer)
    }
    if (pool !== undefined) {
      this.#children(pool)
      if (this.rounds % 10 === 0) this.#endThread(pool)
    }
    await Promise.allSettled(asks)
  }

  #ask(to: ActorRef<unknown>, timeoutMs: number): Promise<unknown> {
    this.done++
    return ended(to.ask<unknown>((replyTo) => ({ value: 'anybody', replyTo }), { timeoutMs }))
  }

  /** A parent whose children fail until it escalates, and goes down with them. */
  #storm(): void {
    const failing = receive<number>((n) => {
      throw new TypeError(`failure ${String(n)}`)
    })
    const parent = setup<never>((ctx) => {
      const children = [1, 2, 3].map(() => ctx.spawn(failing))
      for (let i = 0; i < 15; i++) children[i % 3]?.tell(i)
      ctx.timers.startPeriodic('never', undefined as never, 3_600_000)
      return receive(() => undefined)
    })
    this.done += 15
    this.system.spawn(
      setup<never>((ctx) => {
        ctx.spawn(parent, undefined, {
          restart: 'temporary',
          significant: true,
          supervision: oneForOne({ maxRestarts: 10, periodMs: 1_000 }),
        })
        return receive((_message, own) => {
          own.stop()
        })
      }),
      undefined,
      { restart: 'temporary', supervision: oneForOne({ maxRestarts: 0, periodMs: 1_000 }) },
    )
  }

  /** Actors that come, are listed, watched and subscribed to, and go. */
  #passers(): void {
    const { receptionist } = this.system
    for (let i = 0; i < 10; i++) {
      this.done++
      const passer = this.system.spawn(
        receive<'go' | { readonly type: 'Listing' }>((message, ctx) => {
          if (message === 'go') ctx.stop()
        }),
      )
      receptionist.register({ name: `passers-${String(i % 3)}` }, passer)
      receptionist.subscribe({ name: 'passers-0' }, passer)
      const watcher = this.system.spawn(
        setup<'go'>((ctx) => {
          ctx.watch(passer)
          return receive<'go'>(
            () => undefined,
            (signal) => {
              if (signal.type === 'Terminated') ctx.stop()
            },
          )
        }),
      )
      void watcher
      passer.tell('go')
    }
  }

  /** Asks over links: answered, never answered, with refs of third nodes in them; watches of what stays and goes. */
  async #strangers(peer: RemoteNode, peers: readonly RemoteNode[]): Promise<void> {
    const [echo, silent] = await Promise.all([
      peer.resolve<Echo>('/user/echo'),
      peer.resolve<unknown>('/user/silent'),
    ])
    const asks: Promise<unknown>[] = []
    for (let i = 0; i < 10; i++) {
      asks.push(this.#ask(silent, 200 + i))
      asks.push(this.#ask(echo as ActorRef<unknown>, 1_000))
    }
    for (const other of peers) {
      if (other === peer || other.state !== 'up') continue
      const third = await other.resolve<Echo>('/user/echo')
      asks.push(ended(echo.ask((replyTo) => ({ value: third, replyTo }), { timeoutMs: 1_000 })))
    }
    const mayfly = this.system.spawn(
      setup<'go'>((ctx) => {
        ctx.watch(silent)
        return receive<'go'>((_message, own) => {
          own.stop()
        })
      }),
    )
    // Its ref is known on the other side, until it is gone here.
    asks.push(ended(echo.ask((replyTo) => ({ value: mayfly, replyTo }), { timeoutMs: 1_000 })))
    mayfly.tell('go')
    await Promise.allSettled(asks)
  }

  /** Children elsewhere: they work, fail, are restarted, and end with their parent. */
  #children(placement: Placement): void {
    this.done += 6
    this.system.spawn(
      setup<'go'>((ctx) => {
        for (let i = 0; i < 3; i++) {
          const child = ctx.spawn(counter({ from: i }), undefined, {
            placement,
            restart: i === 0 ? 'temporary' : 'transient',
          })
          child.tell({ type: 'Add', n: 1 })
          child.tell({ type: 'Fail', how: 'coded' })
          child.tell({ type: 'Fail', how: 'plain' })
        }
        ctx.timers.startSingle('end', 'go', 1_500)
        return receive<'go'>((_message, own) => {
          own.stop()
        })
      }),
      undefined,
      { restart: 'temporary', supervision: oneForOne({ maxRestarts: 20, periodMs: 1_000 }) },
    )
  }

  /** A child that takes its thread with it. */
  #endThread(pool: Placement): void {
    this.done++
    const doomed: ActorRef<CounterMessage> = this.system.spawn(counter({ from: 0 }), undefined, {
      placement: pool,
      restart: 'temporary',
    })
    doomed.tell({ type: 'Exit' })
  }
}

import fc from 'fast-check'

import { receive, setup } from '../../src/actors/index.ts'
import type {
  ActorContext,
  ActorRef,
  Behavior,
  Decision,
  OverflowPolicy,
  SpawnOptions,
  SupervisorStrategy,
} from '../../src/actors/index.ts'
import { ledgerImbalance } from '../../src/actors/index.ts'
import type { TestSystem } from '../../src/actors/testkit/index.ts'

/** What a message tells its receiver to do. */
export type Deed =
  | { readonly do: 'note' | 'stop' | 'crash' | 'crash later' | 'stash' | 'unstash' | 'refuse' }
  | { readonly do: 'hang'; readonly ms: number }
  | {
      readonly do:
        | 'stop any'
        | 'kill any'
        | 'stop child'
        | 'kill child'
        | 'watch'
        | 'watch with'
        | 'unwatch'
        | 'ask'
      readonly to: number
    }
  | { readonly do: 'tell'; readonly to: number; readonly times: number; readonly then: Deed }
  | { readonly do: 'await'; readonly ms: number; readonly then: Deed }
  | { readonly do: 'timer'; readonly ms: number; readonly then: Deed }
  | { readonly do: 'become'; readonly isAsync: boolean }
  | { readonly do: 'spawn'; readonly kind: Kind }

/** How an actor is spawned. */
export interface Kind {
  readonly restart: 'permanent' | 'transient' | 'temporary'
  readonly directive: Decision['directive']
  readonly scope: Decision['scope']
  readonly delayMs: number
  readonly overflow: OverflowPolicy
  readonly capacity: number
  readonly isMeasured: boolean
  readonly hasSignals: boolean
  readonly setup: 'none' | 'sync' | 'async' | 'failing'
}

export type Step =
  | { readonly step: 'tell'; readonly to: number; readonly deed: Deed }
  | { readonly step: 'stop' | 'kill'; readonly to: number }
  | { readonly step: 'advance'; readonly ms: number }
  | { readonly step: 'settle' }

interface Message {
  readonly deed: Deed
  readonly sender: string
  readonly seq: number
  wasStashed: boolean
}

const aKind: fc.Arbitrary<Kind> = fc.record({
  restart: fc.constantFrom('permanent', 'transient', 'temporary'),
  directive: fc.constantFrom('resume', 'restart', 'restart', 'stop', 'escalate'),
  scope: fc.constantFrom('one', 'one', 'all', 'rest'),
  delayMs: fc.constantFrom(0, 0, 7),
  overflow: fc.constantFrom('reject', 'dropOldest', 'dropNewest', 'fail'),
  capacity: fc.constantFrom(1, 2, 5, 1_000),
  isMeasured: fc.boolean(),
  hasSignals: fc.boolean(),
  setup: fc.constantFrom('none', 'none', 'sync', 'async', 'failing'),
})

const aTarget = fc.nat({ max: 7 })
const someMs = fc.constantFrom(0, 1, 5, 20)

const aDeed: fc.Arbitrary<Deed> = fc.letrec<{ deed: Deed }>((tie) => ({
  deed: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.record({
      do: fc.constantFrom(
        'note',
        'note',
        'stop',
        'crash',
        'crash later',
        'stash',
        'unstash',
        'refuse',
      ),
    }),
    fc.record({
      do: fc.constantFrom(
        'stop any',
        'kill any',
        'stop child',
        'kill child',
        'watch',
        'watch with',
        'unwatch',
        'ask',
      ),
      to: aTarget,
    }),
    fc.record({ do: fc.constant('hang'), ms: someMs }),
    fc.record({ do: fc.constant('spawn'), kind: aKind }),
    fc.record({ do: fc.constant('become'), isAsync: fc.boolean() }),
    fc.record({
      do: fc.constant('tell'),
      to: aTarget,
      times: fc.constantFrom(1, 2, 5),
      then: tie('deed'),
    }),
    fc.record({ do: fc.constant('await'), ms: someMs, then: tie('deed') }),
    fc.record({ do: fc.constant('timer'), ms: someMs, then: tie('deed') }),
  ),
})).deed

/** A program: a few actors, then what happens to them. */
export const aProgram: fc.Arbitrary<{
  readonly kinds: readonly Kind[]
  readonly steps: readonly Step[]
}> = fc.record({
  kinds: fc.array(aKind, { minLength: 1, maxLength: 4 }),
  steps: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ step: fc.constant('tell'), to: aTarget, deed: aDeed }) },
      { weight: 1, arbitrary: fc.record({ step: fc.constantFrom('stop', 'kill'), to: aTarget }) },
      { weight: 1, arbitrary: fc.record({ step: fc.constant('advance'), ms: someMs }) },
      { weight: 2, arbitrary: fc.record({ step: fc.constant('settle') }) },
    ) as fc.Arbitrary<Step>,
    { maxLength: 60, size: 'max' },
  ),
})

const MAX_ACTORS = 40
const MAX_MESSAGES = 2_000

/** Runs a program and collects whatever breaks the contract. */
export class Run {
  readonly violations: string[] = []
  readonly #kit: TestSystem
  readonly #refs: ActorRef<Message>[] = []
  /** The number of the last message of a sender to a receiver that was sent, and that was handled. */
  readonly #sent: Map<string, number> = new Map()
  readonly #handled: Map<string, number> = new Map()
  /** Actors with a handler at work, by path and incarnation. */
  readonly #busy: Set<ActorContext<Message>> = new Set()
  /** Actors that must not handle anything more: killed by their own handler, or past PostStop. */
  readonly #over: Set<ActorContext<Message>> = new Set()
  #messages = 0

  constructor(kit: TestSystem) {
    this.#kit = kit
  }

  async play(kinds: readonly Kind[], steps: readonly Step[]): Promise<void> {
    const { system } = this.#kit
    for (const kind of kinds)
      this.#refs.push(system.spawn(this.#behavior(kind), undefined, options(kind)))
    for (const step of steps) {
      const ref = 'to' in step ? this.#refs[step.to % this.#refs.length] : undefined
      if (step.step === 'tell') this.#tell('outside', ref, step.deed)
      else if (step.step === 'advance') await this.#kit.advance(step.ms)
      else if (step.step === 'settle') await this.#kit.settle()
      else if (ref !== undefined) void system[step.step](ref)
      this.#checkLedger(step.step)
    }
    await this.#kit.advance(60_000)
    this.#checkLedger('the last settling')
    await this.#kit.until(system.terminate())
    // Hung handlers of actors that were given up come back; asks run out of time.
    await this.#kit.advance(60_000)
    this.#checkEnd()
  }

  #checkLedger(when: string): void {
    const imbalance = ledgerImbalance(this.#kit.system.ledger())
    if (imbalance !== 0)
      this.violations.push(`the ledger is off by ${String(imbalance)} after ${when}`)
  }

  #checkEnd(): void {
    const { system, world } = this.#kit
    this.#checkLedger('the end')
    const { inFlight, stashed } = system.ledger()
    if (inFlight !== 0) this.violations.push(`${String(inFlight)} messages are left in flight`)
    if (stashed !== 0) this.violations.push(`${String(stashed)} messages are left stashed`)
    const left = system.tree().length
    if (left !== 1) this.violations.push(`${String(left)} actors are left`)
    if (world.clock.nextDueMs() !== undefined) this.violations.push('a timer is left')
  }

  #tell(sender: string, ref: ActorRef<Message> | undefined, deed: Deed): void {
    if (ref === undefined || this.#messages >= MAX_MESSAGES) return
    this.#messages++
    ref.tell({ deed, sender, seq: this.#nextSeq(sender, ref), wasStashed: false })
  }

  #nextSeq(sender: string, ref: ActorRef<Message>): number {
    const key = `${sender} → ${ref.path}`
    const seq = (this.#sent.get(key) ?? 0) + 1
    this.#sent.set(key, seq)
    return seq
  }

  #behavior(kind: Kind): Behavior<Message> {
    const handling = this.#handling(kind)
    switch (kind.setup) {
      case 'none':
        return handling
      case 'sync':
        return setup(() => handling)
      case 'async':
        return setup(async () => {
          await this.#sleep(3)
          return handling
        })
      case 'failing': {
        let attempts = 0
        return setup(() => {
          if (attempts++ === 0) throw new TypeError('a set-up that fails')
          return handling
        })
      }
    }
  }

  #handling(kind: Kind): Behavior<Message> {
    const onMessage = (message: Message, ctx: ActorContext<Message>): Promise<void> | void => {
      this.#checkOrder(message, ctx)
      if (this.#over.has(ctx)) this.violations.push(`${ctx.path} handles a message after its end`)
      if (this.#busy.has(ctx)) this.violations.push(`${ctx.path} handles two messages at a time`)
      const outcome = this.#perform(message, ctx)
      if (outcome === undefined) return undefined
      this.#busy.add(ctx)
      return outcome.finally(() => this.#busy.delete(ctx))
    }
    return kind.hasSignals
      ? receive(onMessage, (signal, ctx) => {
          if (signal.type === 'PostStop') this.#over.add(ctx)
          if (this.#busy.has(ctx))
            this.violations.push(`${ctx.path} gets a signal while it handles`)
        })
      : receive(onMessage)
  }

  #checkOrder(message: Message, ctx: ActorContext<Message>): void {
    if (message.wasStashed) return
    const key = `${message.sender} → ${ctx.path}`
    const last = this.#handled.get(key) ?? 0
    if (message.seq <= last)
      this.violations.push(`${key}: ${String(message.seq)} after ${String(last)}`)
    this.#handled.set(key, message.seq)
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#kit.world.clock.setTimer(ms, resolve)
    })
  }

  #perform(message: Message, ctx: ActorContext<Message>): Promise<void> | undefined {
    const { deed } = message
    const target = 'to' in deed ? this.#refs[deed.to % this.#refs.length] : undefined
    const child = 'to' in deed ? ctx.children()[deed.to % Math.max(1, ctx.childCount)] : undefined
    switch (deed.do) {
      case 'note':
        return undefined
      case 'stop':
        ctx.stop()
        return undefined
      case 'crash':
        throw new TypeError('crash')
      case 'crash later':
        return this.#sleep(2).then(() => {
          throw new TypeError('crash later')
        })
      case 'stash':
        if (!message.wasStashed) {
          message.wasStashed = true
          ctx.stash.stash(message)
        }
        return undefined
      case 'unstash':
        ctx.stash.unstashAll()
        return undefined
      case 'refuse':
        ctx.unhandled()
        return undefined
      case 'hang':
        return this.#sleep(deed.ms * 1_000)
      case 'stop any':
        if (target !== undefined) void ctx.system.stop(target)
        return undefined
      case 'kill any':
        if (target === undefined) return undefined
        if (target === ctx.self) this.#over.add(ctx)
        void ctx.system.kill(target)
        return undefined
      case 'stop child':
        if (child !== undefined) void ctx.stop(child)
        return undefined
      case 'kill child':
        if (child !== undefined) void ctx.kill(child)
        return undefined
      case 'watch':
        if (target !== undefined) ctx.watch(target)
        return undefined
      case 'watch with':
        if (target !== undefined)
          ctx.watch(target, { deed: { do: 'note' }, sender: 'watch', seq: 0, wasStashed: true })
        return undefined
      case 'unwatch':
        if (target !== undefined) ctx.unwatch(target)
        return undefined
      case 'ask':
        if (target === undefined || this.#messages++ >= MAX_MESSAGES) return undefined
        target
          .ask<string>(
            () => ({
              deed: { do: 'note' },
              sender: ctx.path,
              seq: this.#nextSeq(ctx.path, target),
              wasStashed: false,
            }),
            { timeoutMs: 50 },
          )
          .catch(() => undefined)
        return undefined
      case 'tell':
        for (let n = 0; n < deed.times; n++) this.#tell(ctx.path, target, deed.then)
        return undefined
      case 'await':
        return this.#sleep(deed.ms).then(() => this.#perform({ ...message, deed: deed.then }, ctx))
      case 'timer':
        ctx.timers.startSingle(
          String(deed.ms),
          { deed: deed.then, sender: 'timer', seq: 0, wasStashed: true },
          deed.ms,
        )
        return undefined
      case 'become':
        ctx.become(
          deed.isAsync ? this.#behavior({ ...anyKind, setup: 'async' }) : this.#behavior(anyKind),
        )
        return undefined
      case 'spawn':
        if (this.#refs.length < MAX_ACTORS) {
          this.#refs.push(ctx.spawn(this.#behavior(deed.kind), undefined, options(deed.kind)))
        }
        return undefined
    }
  }
}

const anyKind: Kind = {
  restart: 'transient',
  directive: 'restart',
  scope: 'one',
  delayMs: 0,
  overflow: 'reject',
  capacity: 1_000,
  isMeasured: false,
  hasSignals: true,
  setup: 'none',
}

function strategyOf({ directive, scope, delayMs }: Kind): SupervisorStrategy {
  return {
    description: directive,
    start: () => {
      let left = 5
      return {
        // A failing set-up or a permanent exit would repeat for ever without a bound.
        decide: () =>
          left-- > 0
            ? { directive, scope, delayMs, reason: 'test' }
            : { directive: 'stop', scope: 'one', delayMs: 0, reason: 'enough' },
      }
    },
  }
}

function options(kind: Kind): SpawnOptions<Message> {
  return {
    restart: kind.restart,
    supervision: strategyOf(kind),
    mailbox: {
      capacity: kind.capacity,
      overflow: kind.overflow,
      ...(kind.isMeasured ? { sizeOf: () => 10, capacityBytes: 10 * kind.capacity } : {}),
    },
  }
}

import { inspect, isDeepStrictEqual } from 'node:util'

import type { MemoryWorld } from '../../platform/index.ts'
import type { ActorRef, AnyRef } from '../actor-ref.ts'
import type { ActorSystem } from '../actor-system.ts'
import { receive } from '../behaviors.ts'
import type { Cell } from '../cell.ts'
import type { Terminated } from '../signals.ts'
import { unwatch, watch } from '../watching.ts'
import { TestKitError } from './errors.ts'

/** What a probe got, in its order. */
type Received<M> =
  | { readonly type: 'message'; readonly message: M }
  | { readonly type: 'terminated'; readonly notice: Terminated }

const DEFAULT_WITHIN_MS = 3_000

/**
 * An actor that keeps what it gets until the test asks for it, in order. Each `expect…` and `receive…`
 * first lets the world settle; if nothing has come it moves virtual time on, up to its limit.
 */
export class TestProbe<M> {
  readonly ref: ActorRef<M>
  readonly #world: MemoryWorld
  #received: Received<M>[] = []
  /** Watched, and not yet expected to be gone. */
  readonly #watched: Set<AnyRef> = new Set()
  #onReceived: (() => void) | undefined

  constructor(system: ActorSystem, world: MemoryWorld, name?: string) {
    this.#world = world
    const take = (received: Received<M>): void => {
      this.#received.push(received)
      this.#onReceived?.()
    }
    this.ref = system.spawn(
      receive<M>(
        (message) => {
          take({ type: 'message', message })
        },
        (signal) => {
          if (signal.type === 'Terminated') take({ type: 'terminated', notice: signal })
        },
      ),
      name,
      { mailbox: { capacity: 2 ** 26 }, label: 'probe' },
    )
  }

  get #cell(): Cell {
    return this.ref as unknown as Cell
  }

  /** The messages that wait to be received, oldest first; does not let the world settle. */
  get messages(): readonly M[] {
    return this.#received.flatMap((received) =>
      received.type === 'message' ? [received.message] : [],
    )
  }

  /** The notices of terminated actors that wait to be expected, oldest first. */
  get notices(): readonly Terminated[] {
    return this.#received.flatMap((received) =>
      received.type === 'terminated' ? [received.notice] : [],
    )
  }

  /**
   * Takes the next message, waiting up to `withinMs` of virtual time.
   * @throws TROUPE_TESTKIT_NOTHING_RECEIVED, TROUPE_TESTKIT_UNEXPECTED if a Terminated comes first.
   */
  async receive(withinMs: number = DEFAULT_WITHIN_MS): Promise<M> {
    const received = await this.#next(withinMs, 'a message')
    if (received.type === 'message') return received.message
    throw unexpected('a message', `Terminated of ${received.notice.ref.path}`)
  }

  /** Takes the next `count` messages. @throws as `receive`. */
  async receiveMany(count: number, withinMs: number = DEFAULT_WITHIN_MS): Promise<readonly M[]> {
    const messages: M[] = []
    while (messages.length < count) messages.push(await this.receive(withinMs))
    return messages
  }

  /** Takes the next message, which must equal `expected` deeply. @throws as `receive`. */
  async expectMessage(expected: M, withinMs: number = DEFAULT_WITHIN_MS): Promise<M> {
    const message = await this.receive(withinMs)
    if (isDeepStrictEqual(message, expected)) return message
    throw unexpected(inspect(expected), inspect(message))
  }

  /** Takes messages until one fulfils `isWanted`, and returns that one. @throws as `receive`. */
  async fish(isWanted: (message: M) => boolean, withinMs: number = DEFAULT_WITHIN_MS): Promise<M> {
    for (;;) {
      const message = await this.receive(withinMs)
      if (isWanted(message)) return message
    }
  }

  /** Nothing has come once the world has settled and `forMs` of virtual time have passed. */
  async expectNoMessage(forMs = 0): Promise<void> {
    if (forMs > 0) await this.#world.advance(forMs)
    else await this.#world.settle()
    const [received] = this.#received
    if (received === undefined) return
    throw unexpected(
      'nothing',
      inspect(received.type === 'message' ? received.message : received.notice),
    )
  }

  watch(ref: AnyRef): void {
    this.#watched.add(ref)
    watch(this.#cell, ref, undefined)
  }

  unwatch(ref: AnyRef): void {
    this.#watched.delete(ref)
    unwatch(this.#cell, ref)
  }

  /**
   * Takes the next thing received, which must be the notice that `ref` has terminated. Watches it first if
   * the probe does not yet. @throws as `receive`.
   */
  async expectTerminated(ref: AnyRef, withinMs: number = DEFAULT_WITHIN_MS): Promise<Terminated> {
    if (!this.#watched.has(ref)) this.watch(ref)
    const received = await this.#next(withinMs, `Terminated of ${ref.path}`)
    if (received.type === 'terminated' && received.notice.ref === ref) {
      this.#watched.delete(ref)
      return received.notice
    }
    const what = received.type === 'message' ? received.message : received.notice
    throw unexpected(`Terminated of ${ref.path}`, inspect(what))
  }

  /** Forgets everything received so far. */
  clear(): void {
    this.#received = []
  }

  async #next(withinMs: number, what: string): Promise<Received<M>> {
    await this.#world.settle()
    if (this.#received.length === 0 && withinMs > 0) await this.#wait(withinMs)
    const received = this.#received.shift()
    if (received !== undefined) return received
    throw new TestKitError(
      'TROUPE_TESTKIT_NOTHING_RECEIVED',
      `${this.ref.path} expected ${what}, but nothing came within ${String(withinMs)} ms of virtual time`,
      { data: { path: this.ref.path, withinMs } },
    )
  }

  async #wait(withinMs: number): Promise<void> {
    const arrival = new Promise<void>((resolve) => {
      const timer = this.#world.clock.setTimer(withinMs, resolve)
      this.#onReceived = (): void => {
        timer.cancel()
        resolve()
      }
    })
    await this.#world.until(arrival)
    this.#onReceived = undefined
  }
}

function unexpected(expected: string, received: string): TestKitError {
  return new TestKitError(
    'TROUPE_TESTKIT_UNEXPECTED',
    `expected ${expected}, but got ${received}`,
    { data: { expected, received } },
  )
}

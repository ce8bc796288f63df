import type { ActorSystem } from '../actor-system.ts'
import type { AnyRef } from '../actor-ref.ts'
import { receive, setup } from '../behaviors.ts'
import type { BehaviorOrigin } from '../behavior.ts'
import type { Cell } from '../cell.ts'
import { PlacementNote, placementPoint } from '../explain/index.ts'
import { NearChild } from '../links/index.ts'
import type { Link, LinkCounts } from '../links/index.ts'
import type { Placement, RemoteTarget } from '../placement.ts'
import type { RemoteBody } from '../remote-seam.ts'
import type { ThreadStatistics } from './boot.ts'
import { poolClosed } from './errors.ts'
import { resolvePoolOptions } from './pool-options.ts'
import type { ResolvedPoolOptions, ThreadPoolOptions } from './pool-options.ts'
import { threadKeeper } from './pool-thread.ts'
import type { PoolThread } from './pool-thread.ts'

/** For all threads of a pool, one after another; a thread that hangs takes five seconds. */
const SHUTDOWN_MS = 15_000

/** One thread of a pool, as it is now. */
export interface PoolThreadInfo {
  readonly label: string
  /** Children placed there. */
  readonly children: number
  readonly counts: LinkCounts
}

/** Worker threads as a place for children. Made by {@link threadPool}. */
export class ThreadPool implements Placement {
  /** @internal */
  readonly target: RemoteTarget
  readonly #system: ActorSystem
  readonly #options: ResolvedPoolOptions
  readonly #supervisor: AnyRef
  readonly #threads: PoolThread[] = []
  /** Children for whom there is no thread yet. */
  readonly #waiting: (() => void)[] = []
  #isClosed = false
  #lastLoss: unknown
  /** Whether the last thread that was lost had not loaded its modules. */
  #isBootFailing = false
  readonly #onChanged: (() => void)[] = []
  #started = 0
  #turn = 0

  /** @internal Use {@link threadPool}. */
  constructor(system: ActorSystem, given: ThreadPoolOptions) {
    const options = resolvePoolOptions(given, system.environment.processes.availableParallelism)
    this.#system = system
    this.#options = options
    this.target = { start: (cell, origin) => this.#startChild(cell, origin) }
    const keeper = threadKeeper(
      system,
      options,
      () => ++this.#started,
      (before, after, error) => {
        if (before !== undefined && error !== undefined) this.#lost(before, error)
        this.#changed(before, after)
      },
    )
    this.#supervisor = system.spawnService<never>(
      setup((ctx) => {
        for (let i = 1; i <= options.size; i++) {
          // What a thread does in its last moments may take as long as its own shutdown.
          ctx.spawn(keeper, `thread-${String(i)}`, { shutdownMs: 10_000 })
        }
        return receive<never>(
          () => undefined,
          (signal) => {
            this.#isClosed = signal.type === 'PostStop'
            this.#changed(undefined, undefined)
          },
        )
      }),
      options.name,
      {
        supervision: options.strategy,
        // Threads that do not live are no better in another pool: it ends, with their reason.
        restart: 'temporary',
        label: 'thread pool',
        shutdownMs: SHUTDOWN_MS,
      },
    )
  }

  get description(): string {
    return `thread pool ${this.#options.name}`
  }

  /** As given; `threads` by default. */
  get name(): string {
    return this.#options.name
  }

  get size(): number {
    return this.#options.size
  }

  /** The threads that live now. */
  get threads(): readonly PoolThreadInfo[] {
    return this.#threads.map(({ label, load, link }) => ({
      label,
      children: load,
      counts: link.counts(),
    }))
  }

  /**
   * Resolves when all threads live and have loaded their modules; rejects with the reason if a thread is lost before
   * it has, as by a module that can't be loaded.
   * @throws TROUPE_THREAD_POOL_CLOSED, TROUPE_THREAD_EXITED, TROUPE_PLATFORM_CONTROL_FAILED
   */
  async ready(): Promise<void> {
    // The pool's own actor starts at the end of this turn.
    await new Promise<void>((resolve) => {
      this.#system.environment.turns.macrotask(resolve)
    })
    for (;;) {
      if (this.#isClosed) throw poolClosed(this.description, this.#lastLoss)
      if (this.#isBootFailing) throw this.#lastLoss
      const threads = [...this.#threads]
      if (threads.length === this.#options.size) {
        await Promise.all(threads.map((thread) => thread.booted()))
        if (threads.every((thread) => this.#threads.includes(thread))) return
      } else await new Promise<void>((resolve) => this.#onChanged.push(resolve))
    }
  }

  /** Asks each thread how it does; those that do not answer within 2 s are left out. */
  async statistics(): Promise<readonly ThreadStatistics[]> {
    const answers = await Promise.allSettled(this.#threads.map((thread) => thread.statistics()))
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  }

  /** @internal Ends a thread of those that live now, whatever it does; false if there is none. */
  killThread(index: number): boolean {
    const thread = this.#threads[index]
    thread?.kill()
    return thread !== undefined
  }

  /** @internal Holds a thread's event loop still; false if there is none. */
  blockThread(index: number, forMs: number): boolean {
    const thread = this.#threads[index]
    thread?.block(forMs)
    return thread !== undefined
  }

  /** Ends all threads in good order. Children that live there are lost. */
  close(): Promise<void> {
    return this.#system.stop(this.#supervisor)
  }

  #startChild(cell: Cell, origin: BehaviorOrigin): RemoteBody {
    return new NearChild(cell, origin, (again) => this.#explained(cell, this.#pick(again)))
  }

  #explained(cell: Cell, picked: Link | 'later' | undefined): Link | 'later' | undefined {
    const { decisions } = cell.system
    if (!decisions.isOn) return picked
    const link = picked === 'later' ? undefined : picked
    const candidates = this.#threads.map(({ label, load }) => ({ label, load }))
    const rule =
      this.#options.pick === 'round-robin' ? 'it is its turn' : 'it has the fewest children'
    const label = this.#threads.find((thread) => thread.link === link)?.label
    const note = new PlacementNote(cell.path, this.description, rule, label, candidates)
    decisions.noteLazily(placementPoint, note)
    return picked
  }

  #pick(again: () => void): Link | 'later' | undefined {
    const threads = this.#threads
    if (threads.length === 0) {
      if (this.#isClosed) return undefined
      this.#waiting.push(again)
      return 'later'
    }
    if (this.#options.pick === 'round-robin') return threads[this.#turn++ % threads.length]?.link
    let best: PoolThread | undefined
    for (let i = 0; i < threads.length; i++) {
      // Among equals the next in turn, so that short-lived children are spread as well.
      const thread = threads[(this.#turn + i) % threads.length] as PoolThread
      if (best === undefined || thread.load < best.load) best = thread
    }
    this.#turn++
    return best?.link
  }

  #lost(thread: PoolThread, error: unknown): void {
    this.#lastLoss = error
    this.#isBootFailing = !thread.isBooted
  }

  #changed(before: PoolThread | undefined, after: PoolThread | undefined): void {
    if (before !== undefined) {
      const index = this.#threads.indexOf(before)
      if (index >= 0) this.#threads.splice(index, 1)
    }
    if (after !== undefined) {
      this.#threads.push(after)
      const booted = (): void => {
        this.#isBootFailing = false
      }
      after.booted().then(booted, () => undefined)
    }
    for (const resolve of this.#onChanged.splice(0)) resolve()
    if (this.#waiting.length === 0 || (after === undefined && !this.#isClosed)) return
    // At the end of the slice: until then more threads may come, over which the children are spread.
    this.#system.core.dispatcher.atSliceEnd(() => {
      for (const again of this.#waiting.splice(0)) again()
    })
  }
}

/**
 * Starts a pool of worker threads, each with an actor system of its own. Children are placed there by
 * `spawn(registeredBehavior(props), name, { placement: pool })`; their parent stays their parent. A thread that ends,
 * throws, or blocks its event loop past the limit is a lost node: its children fail with `TROUPE_NODE_LOST`, asks end at
 * once, and the pool starts another thread under its strategy.
 *
 * @throws TROUPE_THREAD_POOL_OPTION, TROUPE_ACTOR_NAME_TAKEN
 */
export function threadPool(system: ActorSystem, options: ThreadPoolOptions = {}): ThreadPool {
  return new ThreadPool(system, options)
}

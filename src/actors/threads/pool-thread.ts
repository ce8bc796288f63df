import type { Thread, Timer } from '../../platform/index.ts'
import type { Behavior } from '../behavior.ts'
import { receive, setup } from '../behaviors.ts'
import type { ActorSystem } from '../actor-system.ts'
import { Link, hubOf, nodeLost } from '../links/index.ts'
import type { ThreadApi, ThreadBoot, ThreadStatistics } from './boot.ts'
import { threadBlocked, threadExited } from './errors.ts'
import type { ResolvedPoolOptions } from './pool-options.ts'
import { joinLine } from './thread-line.ts'

const BOOT_LIMIT_MS = 30_000
const SHUTDOWN_LIMIT_MS = 5_000
const STATISTICS_LIMIT_MS = 2_000
/** Pings within one limit. */
const PINGS = 4

/** One worker thread of a pool, from its start to its loss. */
export class PoolThread {
  readonly label: string
  readonly link: Link
  readonly #system: ActorSystem
  readonly #options: ResolvedPoolOptions
  readonly #thread: Thread
  #ping: Timer | undefined
  #isOver = false
  readonly #boot: Promise<void>
  #isBooted = false

  /** Starts the thread. `onLost` hears once of its end, unless it was stopped by us. */
  constructor(
    system: ActorSystem,
    options: ResolvedPoolOptions,
    number: number,
    onLost: (error: unknown) => void,
  ) {
    this.#system = system
    this.#options = options
    const hub = hubOf(system.core)
    const name = `${system.name}-${options.name}-${String(number)}`
    const boot: ThreadBoot = {
      troupePool: 1,
      system: name,
      node: `${hub.node}/${options.name}/${String(number)}`,
      parentSystem: system.name,
      parentNode: hub.node,
      limits: options.limits,
      mailboxCapacity: options.mailboxCapacity,
      modules: options.modules,
    }
    this.label = `thread ${name}`
    this.#thread = system.environment.threads.start({
      entry: options.entry,
      data: boot,
      name,
      line: options.line,
      ...(options.spinMs === undefined ? {} : { spinMs: options.spinMs }),
      ...(options.maxHeapBytes === undefined ? {} : { maxHeapBytes: options.maxHeapBytes }),
    })
    const lost = (error: unknown): void => {
      if (this.#isOver) return
      this.#end(error instanceof Error ? error.message : String(error), false)
      onLost(error)
    }
    this.link = new Link(
      hub,
      { node: boot.node, system: name, address: undefined, label: this.label },
      options.limits,
      true,
    )
    joinLine(this.link, this.#thread.port, lost)
    this.link.onLost = (reason) => {
      if (!this.#isOver) lost(threadExited(this.label, 0, undefined))
      system.eventStream.publish({ type: 'NodeLost', node: this.label, reason })
    }
    void this.#thread.exited.then(({ code, error }) => {
      lost(threadExited(this.label, code, error))
    })
    this.#boot = this.#thread.control<ThreadApi>().call('boot', [], BOOT_LIMIT_MS)
    // Whoever waits for it hears of its failure, and the pool of the loss.
    this.#boot.then(
      () => (this.#isBooted = true),
      () => undefined,
    )
    this.#watchEventLoop(lost)
    system.eventStream.publish({ type: 'NodeUp', node: this.label, reason: 'started' })
  }

  /** Children that live here. */
  get load(): number {
    return this.link.children.load
  }

  get isBooted(): boolean {
    return this.#isBooted
  }

  statistics(): Promise<ThreadStatistics> {
    return this.#thread.control<ThreadApi>().call('statistics', [], STATISTICS_LIMIT_MS)
  }

  /** Resolves when the thread has loaded its modules. */
  booted(): Promise<void> {
    return this.#boot
  }

  /** Ends the thread at once, as if it had died; its children are lost. */
  kill(): void {
    void this.#thread.terminate()
  }

  /** Holds its event loop still for so long. */
  block(forMs: number): void {
    const told = this.#thread.control<ThreadApi>().call('block', [forMs], BOOT_LIMIT_MS)
    // It may end while it stands still.
    told.catch(() => undefined)
  }

  /** Ends the thread in good order. */
  async stop(): Promise<void> {
    if (this.#isOver) return
    this.#ping?.cancel()
    this.#isOver = true
    // It is we who end them: their parents need no directive.
    this.link.children.releaseNear(nodeLost(this.label, 'the pool was closed'), true)
    try {
      await this.#thread.control<ThreadApi>().call('shutdown', [], SHUTDOWN_LIMIT_MS)
    } catch {
      // It did not answer in time or has just ended: it is ended the hard way below.
    }
    this.link.lose('the pool was closed', true)
    await this.#thread.terminate()
  }

  #end(reason: string, byUs: boolean): void {
    this.#isOver = true
    this.#ping?.cancel()
    this.link.lose(reason, byUs)
    void this.#thread.terminate()
  }

  #watchEventLoop(lost: (error: unknown) => void): void {
    const limitMs = this.#options.blockedLimitMs
    if (limitMs === undefined) return
    const { clock } = this.#system.environment
    const ping = (deadlineMs: number): void => {
      this.#thread.ping(deadlineMs).then(
        () => {
          if (this.#isOver) return
          const again = (): void => {
            ping(limitMs)
          }
          this.#ping = clock.setTimer(limitMs / PINGS, again, { background: true })
        },
        (error: unknown) => {
          const isBlocked = (error as { code?: unknown }).code === 'TROUPE_PLATFORM_THREAD_DEADLINE'
          if (isBlocked) lost(threadBlocked(this.label, deadlineMs))
        },
      )
    }
    // The first answer comes once the thread has loaded its first modules.
    ping(Math.max(limitMs, BOOT_LIMIT_MS))
  }
}

interface Lost {
  readonly type: 'Lost'
  readonly error: unknown
}

/** The actor that stands for a thread: it fails when the thread is lost, and starts another when restarted. */
export function threadKeeper(
  system: ActorSystem,
  options: ResolvedPoolOptions,
  nextNumber: () => number,
  changed: (before: PoolThread | undefined, after: PoolThread | undefined, error?: unknown) => void,
): Behavior<Lost> {
  return setup<Lost>((ctx) => {
    const thread = new PoolThread(system, options, nextNumber(), (error) => {
      changed(thread, undefined, error)
      ctx.self.tell({ type: 'Lost', error })
    })
    changed(undefined, thread)
    return receive<Lost>(
      ({ error }) => {
        throw error
      },
      async (signal) => {
        if (signal.type === 'Terminated') return
        changed(thread, undefined)
        await thread.stop()
      },
    )
  })
}

import { memoryEnvironment } from '../../platform/index.ts'
import type { MemoryEnvironmentOptions, MemoryWorld } from '../../platform/index.ts'
import type { LedgerOptions } from '../accounting/index.ts'
import type { ActorRef, AnyRef } from '../actor-ref.ts'
import { ActorSystem } from '../actor-system.ts'
import type { BehaviorLike } from '../behavior.ts'
import { ledgerImbalance } from '../ledger.ts'
import type { SpawnOptions } from '../spawn-options.ts'
import type { SupervisorStrategy } from '../supervisor.ts'
import type { Interception, Interceptor } from '../interception.ts'
import { allEventTypes, EventLog } from './event-log.ts'
import { TestKitError } from './errors.ts'
import { TestProbe } from './test-probe.ts'

export interface TestSystemOptions extends MemoryEnvironmentOptions {
  /** The name of the system; `test` by default. */
  readonly name?: string
  /** The world it lives in; one of its own by default. Systems of one world share its time. */
  readonly world?: MemoryWorld
  /** The node of that world; `main` by default. */
  readonly node?: string
  readonly supervision?: SupervisorStrategy
  readonly mailboxCapacity?: number
  /** What its ledger keeps besides numbers. */
  readonly ledger?: Partial<LedgerOptions>
  /** Whether `intercept` and `drop` can be used; true by default. Without, `tell` takes its fast way. */
  readonly interception?: boolean
}

/**
 * A system on an environment in memory: its time stands still until the test moves it, and nothing runs
 * but while the test awaits `settle`, `advance`, `until` or a probe.
 */
export class TestSystem {
  readonly system: ActorSystem
  readonly world: MemoryWorld
  /** Everything the system publishes, dead letters among it. */
  readonly events: EventLog
  readonly #interceptors: Set<Interceptor> = new Set()
  readonly #canIntercept: boolean

  constructor(options: TestSystemOptions) {
    this.world = options.world ?? memoryEnvironment(options)
    this.#canIntercept = options.interception ?? true
    this.system = ActorSystem.create(options.name ?? 'test', {
      environment: this.world.environment(options.node),
      ...(this.#canIntercept
        ? { interceptor: (recipient, message) => this.#intercept(recipient, message) }
        : {}),
      ...(options.supervision === undefined ? {} : { supervision: options.supervision }),
      ...(options.mailboxCapacity === undefined
        ? {}
        : { mailboxCapacity: options.mailboxCapacity }),
      ...(options.ledger === undefined ? {} : { ledger: options.ledger }),
    })
    this.events = new EventLog(this.system.eventStream, allEventTypes)
  }

  spawn<M>(behavior: BehaviorLike<M>, name?: string, options?: SpawnOptions<M>): ActorRef<M> {
    return this.system.spawn(behavior, name, options)
  }

  probe<M>(name?: string): TestProbe<M> {
    return new TestProbe<M>(this.system, this.world, name)
  }

  /** Runs until nothing is left to do at the present instant. */
  settle(): Promise<void> {
    return this.world.settle()
  }

  /** Moves time on by `ms`; timers on the way fire in order. */
  advance(ms: number): Promise<void> {
    return this.world.advance(ms)
  }

  /** Runs, moving time on, until the promise settles. */
  until<T>(promise: Promise<T>): Promise<T> {
    return this.world.until(promise)
  }

  /**
   * Shows every message to `interceptor` before its mailbox gets it; what it says decides: `'drop'` makes it a
   * dead letter with reason `intercepted`, see {@link Interception}. Returns the way to end that.
   * @throws TROUPE_TESTKIT_NO_INTERCEPTION if the system was made without.
   */
  intercept(interceptor: Interceptor): () => void {
    if (!this.#canIntercept) {
      throw new TestKitError(
        'TROUPE_TESTKIT_NO_INTERCEPTION',
        `${this.system.name} was made without interception: leave out interception: false`,
        { data: { system: this.system.name } },
      )
    }
    this.#interceptors.add(interceptor)
    return () => {
      this.#interceptors.delete(interceptor)
    }
  }

  /** Drops the messages for which `isDoomed` holds, the first `count` of them or all. */
  drop(
    isDoomed: (message: unknown, recipient: AnyRef) => boolean,
    count: number = Number.POSITIVE_INFINITY,
  ): () => void {
    let left = count
    return this.intercept((recipient, message) => {
      if (left <= 0 || !isDoomed(message, recipient)) return 'deliver'
      left--
      return 'drop'
    })
  }

  /** Whether every message sent so far has exactly one fate. */
  ledgerBalanced(): boolean {
    return ledgerImbalance(this.system.ledger()) === 0
  }

  #intercept(recipient: AnyRef, message: unknown): Interception {
    for (const interceptor of this.#interceptors) {
      const fate = interceptor(recipient, message)
      if (fate !== 'deliver') return fate
    }
    return 'deliver'
  }
}

/** A system for a test, on virtual time. */
export function testSystem(options: TestSystemOptions = {}): TestSystem {
  return new TestSystem(options)
}

import { metricsOf } from './accounting/index.ts'
import type { LedgerOptions, LedgerReport, Metric } from './accounting/index.ts'
import { nodeEnvironment } from '../platform/index.ts'
import type { Environment } from '../platform/index.ts'
import type { ActorRef, AnyRef } from './actor-ref.ts'
import type { BehaviorLike } from './behavior.ts'
import { receive } from './behaviors.ts'
import { Cell, RECEIVE } from './cell.ts'
import { attach } from './children.ts'
import { CoordinatedShutdown } from './coordinated-shutdown.ts'
import { defaultStrategy } from './default-strategy.ts'
import { ActorNameError, SystemError } from './errors.ts'
import type { EventStream } from './event-stream.ts'
import type { DecisionLimits, DecisionLog, ExplainOptions, Explanation } from './explain/index.ts'
import { explainFrom } from './explaining.ts'
import { install } from './incarnation.ts'
import { reportOf } from './ledger-report-of.ts'
import type { LedgerSnapshot } from './ledger.ts'
import { withLimitedLog } from './limited-log.ts'
import { receptionist, Receptionist } from './receptionist/index.ts'
import { DEFAULT_CAPACITY, defaultOptions } from './resolved-options.ts'
import type { ResolvedOptions } from './resolved-options.ts'
import { spawnCell, stopCell } from './spawning.ts'
import type { SpawnOptions } from './spawn-options.ts'
import type { SupervisorStrategy } from './supervisor.ts'
import { SystemCore } from './system-core.ts'
import type { Interceptor } from './interception.ts'
import { describeTree } from './tree.ts'
import type { ActorDescription } from './tree.ts'

export interface ActorSystemOptions {
  /** Everything outside the program; `nodeEnvironment()` by default, one in memory for tests. */
  readonly environment?: Environment
  /** The strategy of actors that name none; one-for-one restart, 10 in 10 s, by default. */
  readonly supervision?: SupervisorStrategy
  /** How many messages a mailbox holds when the actor does not say; 65,536 by default. */
  readonly mailboxCapacity?: number
  /** Sees every message before its mailbox does; for tests (`troupe/testkit`). Slows `tell`. */
  readonly interceptor?: Interceptor
  /** Bounds of what is kept for `explain`; `{ perPoint: 0 }` keeps nothing. */
  readonly explain?: Partial<DecisionLimits>
  /** What the ledger keeps besides numbers: types, samples; see `LedgerOptions`. */
  readonly ledger?: Partial<LedgerOptions>
}

/** How a system ended: in good order, or by a failure escalated past the root. */
export interface TerminationReport {
  readonly system: string
  readonly failure: { readonly error: unknown } | undefined
  readonly ledger: LedgerSnapshot
}

const legalSystemName = /^[A-Za-z0-9][A-Za-z0-9\-_.]{0,127}$/

/**
 * A tree of actors in this thread, and the way to everything they share. Actors that `spawn` starts
 * live under `/user`; Troupe's own services under `/system`.
 */
export class ActorSystem {
  /** @internal The runtime's own door. */
  readonly core: SystemCore
  readonly #user: Cell
  readonly #services: Cell
  readonly #whenTerminated: Promise<TerminationReport>
  readonly coordinatedShutdown: CoordinatedShutdown
  #failure: { readonly error: unknown } | undefined
  #receptionist: Receptionist | undefined

  private constructor(name: string, options: ActorSystemOptions) {
    const environment = withLimitedLog(options.environment ?? nodeEnvironment())
    const defaults = defaultOptions(
      options.supervision ?? defaultStrategy,
      options.mailboxCapacity ?? DEFAULT_CAPACITY,
      options.interceptor !== undefined || environment.simulation !== undefined,
    )
    const core = new SystemCore(name, environment, defaults, options)
    this.core = core
    core.facade = this
    core.interceptor = options.interceptor
    const atRoot = { ...defaults, supervision: pastTheRoot }
    core.root = guardian(core, undefined, undefined, atRoot)
    this.#services = guardian(core, core.root, 'system', defaults)
    // Without /user there is no program: the root ends with it.
    this.#user = guardian(core, core.root, 'user', { ...defaults, significant: true })
    this.coordinatedShutdown = new CoordinatedShutdown(core.clock, environment.log, () =>
      stopCell(core.root, 'stop'),
    )
    this.#whenTerminated = new Promise((resolve) => {
      core.onTerminated = () => {
        resolve({ system: name, failure: this.#failure, ledger: core.snapshot() })
      }
    })
    core.onCrash = (error) => {
      this.#failure ??= { error }
      core.environment.log.write('error', `system ${name} ends: a failure reached the root`, {
        error,
      })
      // What the tasks close (listeners, files) would outlive the actors otherwise.
      void stopCell(core.root, 'kill').then(() => this.coordinatedShutdown.run())
    }
    environment.simulation?.made(core)
  }

  /** @throws TROUPE_SYSTEM_NAME_ILLEGAL, TROUPE_SPAWN_OPTION_INVALID */
  static create(name: string, options: ActorSystemOptions = {}): ActorSystem {
    if (!legalSystemName.test(name)) {
      throw new SystemError(
        'TROUPE_SYSTEM_NAME_ILLEGAL',
        `'${name}' can't name a system: use 1 to 128 of A-Z a-z 0-9 - _ . and begin with a letter or digit`,
        { data: { name } },
      )
    }
    return new ActorSystem(name, options)
  }

  get name(): string {
    return this.core.name
  }

  get environment(): Environment {
    return this.core.environment
  }

  get eventStream(): EventStream {
    return this.core.events
  }

  /** Finds actors by what they offer; its actor starts at the first use. */
  get receptionist(): Receptionist {
    return (this.#receptionist ??= new Receptionist(
      this.spawnService(receptionist, 'receptionist', { label: 'receptionist' }),
    ))
  }

  /** Resolves when the last actor has terminated. Never rejects. */
  get whenTerminated(): Promise<TerminationReport> {
    return this.#whenTerminated
  }

  /**
   * Starts an actor under `/user` and returns its ref at once.
   * @throws TROUPE_ACTOR_NAME_TAKEN, TROUPE_ACTOR_NAME_ILLEGAL, TROUPE_ACTOR_STOPPING, TROUPE_BEHAVIOR_INVALID,
   * TROUPE_BEHAVIOR_NOT_REGISTERED, TROUPE_SPAWN_OPTION_INVALID, TROUPE_SPAWN_OPTION_LOCAL
   */
  spawn<M>(behavior: BehaviorLike<M>, name?: string, options?: SpawnOptions<M>): ActorRef<M> {
    return spawnCell(this.#user, behavior, name, options)
  }

  /** Starts a service under `/system`; it outlives everything under `/user`. */
  spawnService<M>(behavior: BehaviorLike<M>, name: string, options?: SpawnOptions<M>): ActorRef<M> {
    return spawnCell(this.#services, behavior, name, options)
  }

  /** Stops an actor of this system, gracefully; resolves when it has terminated. @throws TROUPE_ACTOR_NOT_LOCAL */
  stop(ref: AnyRef): Promise<void> {
    return stopCell(this.#own(ref, 'stop'), 'stop')
  }

  /** Stops an actor of this system before the messages that wait for it. @throws TROUPE_ACTOR_NOT_LOCAL */
  kill(ref: AnyRef): Promise<void> {
    return stopCell(this.#own(ref, 'kill'), 'kill')
  }

  /** The local actor at a path such as `/user/a/b`, relative to the root; undefined if there is none. */
  find(path: string): AnyRef | undefined {
    const local = path.startsWith(this.core.rootPath) ? path.slice(this.core.rootPath.length) : path
    let cell: Cell | undefined = this.core.root
    for (const part of local.split('/')) {
      if (part === '') continue
      cell = part.startsWith('$')
        ? childById(cell, Number(part.slice(1)))
        : cell.extension?.names?.get(part)
      if (cell === undefined) return undefined
    }
    return cell
  }

  /** What became of every message so far; exact between turns. */
  ledger(): LedgerSnapshot {
    return this.core.snapshot()
  }

  /** The ledger with types, samples and links; exact between turns. Looks at every waiting message. */
  ledgerReport(): LedgerReport {
    return reportOf(this.core)
  }

  /** The same as metrics; {@link formatMetrics} makes the text of it that Prometheus reads. */
  metrics(): readonly Metric[] {
    return metricsOf(this.ledgerReport())
  }

  /** The live tree, parents first. */
  tree(): readonly ActorDescription[] {
    return describeTree(this.core)
  }

  /** Where decision points note what they decide; see `src/actors/explain`. */
  get decisions(): DecisionLog {
    return this.core.decisions
  }

  /**
   * Why things are as they are with `what`: `job 0`, `task 1.0/3`, `offer …`, `executor 0`, an actor's path. Asks this
   * system, then whoever its decisions refer to, on other nodes too if this one is a node. Never rejects: what could not
   * be asked is in the result. {@link formatExplanation} makes a text of it.
   */
  explain(what: string, options?: ExplainOptions): Promise<Explanation> {
    return explainFrom(this.core, what, options)
  }

  /** Runs the phases of `coordinatedShutdown`, the last of which stops all actors. */
  async terminate(): Promise<TerminationReport> {
    await this.coordinatedShutdown.run()
    return this.#whenTerminated
  }

  #own(ref: AnyRef, verb: string): Cell {
    if (ref instanceof Cell && ref.system === this.core && ref.parent !== undefined) return ref
    throw new ActorNameError(
      'TROUPE_ACTOR_NOT_LOCAL',
      `${this.name} can't ${verb} ${ref.path}: it is not an actor of this system; ask its parent`,
      { data: { system: this.name, path: ref.path } },
    )
  }
}

function childById(parent: Cell, id: number): Cell | undefined {
  let child = parent.extension?.firstChild
  while (child !== undefined && (child.id !== id || child.givenName !== undefined))
    child = child.next
  return child
}

/** The root can't help a guardian that has given up: the system ends. */
const pastTheRoot: SupervisorStrategy = {
  description: 'escalate',
  start: () => ({
    decide: () => ({
      directive: 'escalate',
      scope: 'one',
      delayMs: 0,
      reason: 'there is nobody above the root',
    }),
  }),
}

function guardian(
  core: SystemCore,
  parent: Cell | undefined,
  name: string | undefined,
  options: ResolvedOptions,
): Cell {
  const cell = new Cell(core, parent, core.nextId(), name, idle, options)
  if (parent !== undefined) attach(parent, cell)
  install(cell, cell.behavior)
  cell.mode = RECEIVE
  return cell
}

const idle = receive<never>((_message, ctx) => {
  ctx.unhandled()
})

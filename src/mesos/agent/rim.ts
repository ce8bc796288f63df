import {
  actorSubject,
  type ActorContext,
  type ActorRef,
  type Behavior,
  type DecisionNote,
} from '../../actors/index.ts'
import {
  commandExecutor,
  defaultExecutor,
  type BuiltInMessage,
  type BuiltInOptions,
  type CheckNotice,
} from '../built-in/index.ts'
import {
  processContainer,
  type Containerizer,
  type ContainerMessage,
  type ContainerNotice,
  type ContainerStatistics,
} from '../containerizer/index.ts'
import { taskChecks } from '../checks/index.ts'
import {
  collectorBehavior,
  newCollectorAccount,
  type CollectorMessage,
  type CollectorOptions,
} from '../collector/index.ts'
import { points, seeAll } from '../decision-points.ts'
import {
  fetchedContainer,
  fetcherBehavior,
  newFetcherAccount,
  type FetcherOptions,
} from '../fetcher/index.ts'
import type {
  AgentCall,
  AgentEvent,
  ExecutorCall,
  ExecutorEvent,
  TaskInfo,
} from '../protocol/index.ts'
import { agentEvent, executorCall } from '../protocol/index.ts'
import {
  SessionTable,
  sessionClient,
  type OpenSession,
  type SessionClientMessage,
  type SessionNotice,
  type SessionServerMessage,
  type SessionServerOptions,
} from '../session/index.ts'
import type { AgentFigures } from './figures.ts'
import type { AgentUsage } from './protocol.ts'
import type { AgentEffect, AgentOccurrence, BuiltInKind } from './state.ts'

const EXECUTOR_LEASE_MS = 30_000
/** How long a container may take to say what it uses. */
const USAGE_TIMEOUT_MS = 2000
const FIRST_MASTER_LEASE_MS = 10_000

/** How an agent reaches its master and runs containers. */
export interface RimSettings {
  /** Finds the master and opens a session with it; see `connectAgent`. */
  readonly openMaster: OpenSession<AgentCall, AgentEvent>
  /** How often a pulse goes to the master, which must be oftener than its lease. Default 1,000. */
  readonly pulseMs?: number
  /** `processContainer` by default. */
  readonly containerizer?: Containerizer
  /** How tasks are checked; `taskChecks` by default. */
  readonly checks?: Checks
  /** How files that commands name are fetched; the cache is `fetch` in the work directory by default. */
  readonly fetcher?: Partial<FetcherOptions>
  /** How long what is over stays. */
  readonly collector?: Omit<CollectorOptions, 'workDir'>
}

/** Makes the actor that checks a task as long as it is not stopped, and tells the task's executor what it finds. */
export type Checks = (
  task: TaskInfo,
  container: ActorRef<ContainerMessage>,
  owner: ActorRef<CheckNotice>,
) => Behavior<never>

/** What the actors around an agent tell it. */
export type RimNotice = AgentOccurrence | SessionNotice<AgentEvent> | ContainerNotice

/** What it needs of the agent's actor. */
export type RimContext = Pick<
  ActorContext<RimNotice>,
  'environment' | 'log' | 'path' | 'self' | 'spawn' | 'stop' | 'system' | 'timers' | 'watch'
>

type ExecutorSession = ActorRef<SessionServerMessage<ExecutorCall, ExecutorEvent>>

/** Carries the effects out: the session with the master, executors' sessions, containers, timers, the log. */
export class Rim {
  readonly #ctx: RimContext
  readonly #containerizer: Containerizer
  readonly #collector: ActorRef<CollectorMessage>
  readonly #collected = newCollectorAccount()
  readonly #fetched = newFetcherAccount()
  readonly #settings: RimSettings
  #master: ActorRef<SessionClientMessage<AgentCall>> | undefined
  readonly #containers = new Map<string, ActorRef<ContainerMessage>>()
  /** Executors that are built in, by their containers, which also name their connections. */
  readonly #builtIns = new Map<string, ActorRef<BuiltInMessage>>()
  /** Actors that check tasks, by the tasks' containers. */
  readonly #checks = new Map<string, ActorRef<never>>()
  readonly #executors: SessionTable<RimNotice, ExecutorCall, ExecutorEvent>

  constructor(ctx: RimContext, workDir: string, settings: RimSettings) {
    this.#ctx = ctx
    const fetcher = fetcherBehavior({
      cacheDirectory: `${workDir}/fetch`,
      ...settings.fetcher,
      account: this.#fetched,
    })
    this.#containerizer = fetchedContainer(
      ctx.spawn(fetcher, 'fetcher'),
      settings.containerizer ?? processContainer,
    )
    const collector = { ...settings.collector, workDir, account: this.#collected }
    this.#collector = ctx.spawn(collectorBehavior(collector), 'collector')
    this.#settings = settings
    this.#executors = new SessionTable(ctx, {
      kind: 'executor',
      call: (connection, call) => ({ type: 'executor-call', connection, call }),
      ended: (connection) => ({ type: 'executor-disconnected', connection }),
    })
  }

  /** From now on it looks for its master; what was left here before is removed in time, but for what these sandboxes need. */
  openMaster(agentId: string | undefined, sandboxes: readonly string[]): void {
    this.#collector.tell({ type: 'look-round', agentId, sandboxes })
    const settings = this.#settings
    const client = sessionClient<AgentCall, AgentEvent>(
      {
        open: settings.openMaster,
        isEvent: agentEvent,
        leaseMs: FIRST_MASTER_LEASE_MS,
        ...(settings.pulseMs !== undefined && { pulseMs: settings.pulseMs }),
      },
      this.#ctx.self,
    )
    this.#master = this.#ctx.spawn(client, 'master-session')
  }

  openExecutor(
    subscriber: SessionServerOptions<ExecutorCall, ExecutorEvent>['subscriber'],
  ): ExecutorSession {
    return this.#executors.open({
      subscriber,
      isCall: executorCall,
      leaseMs: EXECUTOR_LEASE_MS,
    }).session
  }

  run(effect: Exclude<AgentEffect, { readonly type: 'checkpoint' | 'volumes' }>): void {
    const { timers, log } = this.#ctx
    switch (effect.type) {
      case 'call-master':
        this.#master?.tell({ type: 'call', call: effect.call })
        return
      case 'reopen-master':
        this.#master?.tell({ type: 'reopen', reason: effect.reason })
        return
      case 'set-master-lease':
        this.#master?.tell({ type: 'set-lease', leaseMs: effect.leaseMs })
        return
      case 'send-executor':
        {
          const { connection, event } = effect
          const builtIn = this.#builtIns.get(connection)
          if (builtIn === undefined) this.#executors.deliver(connection, event)
          else builtIn.tell(event)
        }
        return
      case 'close-executor':
        {
          const builtIn = this.#builtIns.get(effect.connection)
          if (builtIn === undefined) this.#executors.close(effect.connection)
          else void this.#ctx.stop(builtIn)
        }
        return
      case 'start-container':
        this.#startContainer(effect.spec)
        return
      case 'destroy-container':
        this.#containers.get(effect.containerId)?.tell({ type: 'destroy' })
        return
      case 'signal-container':
        this.#containers.get(effect.containerId)?.tell({ type: 'signal', signal: effect.signal })
        return
      case 'update-container': {
        const { containerId, resources } = effect
        this.#containers.get(containerId)?.tell({ type: 'update', resources })
        return
      }
      case 'start-checks':
        this.#startChecks(effect)
        return
      case 'stop-checks':
        this.#stopChecks(effect.containerId)
        return
      case 'start-built-in':
        this.#startBuiltIn(effect.kind, effect.options)
        return
      case 'collect':
      case 'keep':
        this.#collector.tell(effect)
        return
      case 'remove-file':
        this.#ctx.environment.disk.remove(effect.path).catch((error: unknown) => {
          log.write('warn', 'could not remove a file', { path: effect.path, error: String(error) })
        })
        return
      case 'tell-built-in':
        this.#builtIns.get(effect.containerId)?.tell(effect.message)
        return
      case 'start-timer':
        timers.startSingle(effect.key, effect.event, effect.afterMs)
        return
      case 'cancel-timer':
        timers.cancel(effect.key)
        return
      case 'decided': {
        const { note, containerId } = effect
        const { decisions } = this.#ctx.system
        const parent = this.#ctx.path
        const see = (): NonNullable<DecisionNote['see']> =>
          containerId === undefined
            ? []
            : seeAll([actorSubject(`${parent}/container-${containerId}`)])
        if ('toNote' in note) {
          decisions.noteLazily(points.container, {
            toNote: () => ({ ...note.toNote(), see: see() }),
          })
        } else decisions.note(points.container, { ...note, see: see() })
        return
      }
      case 'note':
        log.write('info', effect.note, effect.fields)
        return
    }
  }

  /** Asks all containers what they use; one that does not say so soon is left out. */
  usage(replyTo: ActorRef<AgentUsage>): void {
    const asked = [...this.#containers].map(async ([id, container]) => {
      const build = (to: ActorRef<ContainerStatistics>): ContainerMessage => ({
        type: 'statistics',
        replyTo: to,
      })
      try {
        const { statistics } = await container.ask(build, { timeoutMs: USAGE_TIMEOUT_MS })
        return statistics === undefined ? [] : [[id, statistics] as const]
      } catch {
        // It has ended meanwhile, or is still being started.
        return []
      }
    })
    void Promise.all(asked).then((answers) => {
      replyTo.tell({ type: 'usage', byContainer: new Map(answers.flat()) })
    })
  }

  /** What its collector and its fetcher have done, and hold, at this moment. */
  accounts(): Pick<AgentFigures, 'collector' | 'fetcher'> {
    return { collector: { ...this.#collected }, fetcher: { ...this.#fetched } }
  }

  /** False if it is forgotten already. */
  forgetContainer(containerId: string): boolean {
    return this.#containers.delete(containerId)
  }

  forgetBuiltIn(containerId: string): void {
    this.#builtIns.delete(containerId)
  }

  forgetExecutor(connection: string): void {
    this.#executors.forget(connection)
  }

  #startChecks({
    executorContainerId,
    containerId,
    task,
  }: Extract<AgentEffect, { readonly type: 'start-checks' }>): void {
    const container = this.#containers.get(containerId)
    const owner = this.#builtIns.get(executorContainerId)
    const { checks = taskChecks } = this.#settings
    if (container === undefined || owner === undefined) return
    const checker = this.#ctx.spawn(checks(task, container, owner), `checks-of-${containerId}`, {
      restart: 'temporary',
    })
    this.#checks.set(containerId, checker)
  }

  #stopChecks(containerId: string): void {
    const checker = this.#checks.get(containerId)
    if (checker !== undefined) void this.#ctx.stop(checker)
    this.#checks.delete(containerId)
  }

  #startBuiltIn(kind: BuiltInKind, options: Omit<BuiltInOptions, 'onCall' | 'onRequest'>): void {
    const { containerId } = options
    const { self } = this.#ctx
    const makeExecutor = kind === 'command' ? commandExecutor : defaultExecutor
    const behavior = makeExecutor({
      ...options,
      onCall: (call) => {
        self.tell({ type: 'executor-call', connection: containerId, call })
      },
      onRequest: (request) => {
        self.tell({ type: 'built-in-request', containerId, request })
      },
    })
    const builtIn = this.#ctx.spawn(behavior, `executor-of-${containerId}`, {
      restart: 'temporary',
    })
    this.#builtIns.set(containerId, builtIn)
    this.#ctx.watch(builtIn, { type: 'built-in-over', containerId })
  }

  #startContainer(spec: Parameters<Containerizer>[0]): void {
    const container = this.#ctx.spawn(
      this.#containerizer(spec, this.#ctx.self),
      `container-${spec.containerId}`,
      { restart: 'temporary' },
    )
    this.#containers.set(spec.containerId, container)
    // Said after `container-exited` it changes nothing; without it, the container itself has failed.
    this.#ctx.watch(container, {
      type: 'container-failed',
      containerId: spec.containerId,
      reason: 'The container has failed',
    })
  }
}

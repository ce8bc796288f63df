import { isExecutorWord } from '../../executor/shapes.ts'
import {
  accepting,
  actorSubject,
  counted,
  nodeAddressOf,
  receive,
  setup,
  type ActorContext,
  type ActorRef,
  type Behavior,
  type Reference,
} from '../../../actors/index.ts'
import { points } from '../../decision-points.ts'
import type { SparkEvent } from '../../events/index.ts'
import type {
  AskCommit,
  AskSync,
  ExecutorCommand,
  ExecutorHeartbeat,
  HeartbeatSettings,
  RegisterExecutor,
  RegistrationReply,
} from '../../executor/protocol.ts'
import type { BlockMasterMessage } from '../../storage/index.ts'
import type { MapOutputTrackerMessage } from '../map-output-tracker/index.ts'
import type { PoolSettings } from '../pools/index.ts'
import { accountOf, executorNote } from './explain.ts'
import { Exclusions } from './exclusions.ts'
import { executorSession } from './executor-session.ts'
import { Lending } from './lending.ts'
import type {
  ExecutorEvent,
  ExecutorRegistryMessage,
  SessionCommand,
  SlotsOffered,
} from './protocol.ts'
import type { HealthSettings } from './health.ts'
import {
  emptySlots,
  isIdle,
  isSettled,
  isWanting,
  loadOf,
  slotsTransition,
  type SlotsEvent,
  type SlotsState,
} from './slots.ts'

/** What the registry is made of. */
export interface ExecutorRegistryProps {
  readonly applicationId: string
  readonly tracker: ActorRef<MapOutputTrackerMessage>
  readonly commits: ActorRef<AskCommit>
  readonly barriers: ActorRef<AskSync>
  /** The block manager master. */
  readonly storage: ActorRef<BlockMasterMessage>
  readonly token: Uint8Array
  readonly pools: PoolSettings
  /** Undefined: nobody is excluded for the whole application. */
  readonly health: HealthSettings | undefined
  readonly heartbeats: HeartbeatSettings
  /** Whether others come in the place of executors that are ended. */
  readonly replacesExecutors: boolean
  readonly publish: (event: SparkEvent) => void
}

/** Also told once where the DAG scheduler is. */
export type RegistryMessage =
  ExecutorRegistryMessage | { readonly type: 'serve'; readonly scheduler: ActorRef<ExecutorEvent> }

/**
 * The driver's end of all executors: takes their registrations, hands their slots to task sets, and says when one
 * is gone, once. An executor id that was gone is refused for ever.
 */
export function executorRegistry(props: ExecutorRegistryProps): Behavior<RegistryMessage> {
  const behavior = setup<RegistryMessage>((ctx) => {
    const registry = new Registry(props, ctx)
    return receive((message) => {
      registry.handle(message)
    })
  })
  // The rest of its words are the driver's own.
  return accepting(isExecutorWord, behavior)
}

class Registry {
  readonly #props: ExecutorRegistryProps
  readonly #ctx: ActorContext<RegistryMessage>
  /** executor → its session */
  readonly #sessions = new Map<string, ActorRef<SessionCommand>>()
  /** The same, as offers carry them: another map when it changes. */
  #offered: ReadonlyMap<string, ActorRef<SessionCommand>> = new Map()
  /** executor → its actor */
  readonly #executors = new Map<string, ActorRef<ExecutorCommand>>()
  /** executor → `host:port` of its node */
  readonly #addresses = new Map<string, string>()
  readonly #gone = new Set<string>()
  /** task set → where its offers go */
  readonly #takers = new Map<string, ActorRef<SlotsOffered>>()
  readonly #exclusions: Exclusions | undefined
  readonly #lending = new Lending()
  /** Executors that make room for others, and why. */
  readonly #replaced = new Map<string, string>()
  #slots: SlotsState
  #scheduler: ActorRef<ExecutorEvent> | undefined

  constructor(props: ExecutorRegistryProps, ctx: ActorContext<RegistryMessage>) {
    this.#props = props
    this.#ctx = ctx
    this.#slots = emptySlots(props.pools)
    const { applicationId, health, publish } = props
    if (health !== undefined) {
      const { clock } = ctx.environment
      this.#exclusions = new Exclusions(health, clock, publish, {
        alive: () => this.#slots.alive,
        changed: (executors) => {
          this.#step({ type: 'excluded', executors })
        },
        kill: (executorId, reason) => {
          this.#lose(executorId, reason)
        },
        wakeIn: (delayMs) => {
          ctx.timers.startSingle('health', { type: 'look-at-health' }, delayMs)
        },
      })
    }
    const log = ctx.system.decisions
    log.account(ctx.self, (wanted) => accountOf(this.#slots, applicationId, wanted))
  }

  handle(message: RegistryMessage): void {
    switch (message.type) {
      case 'serve':
        this.#scheduler = message.scheduler
        return
      case 'register-executor':
        this.#register(message)
        return
      case 'executor-heartbeat':
        if (this.#sessions.has(message.executorId)) this.#heartbeat(message)
        return
      case 'dump-threads': {
        const { replyTo } = message
        const executor = this.#executors.get(message.executorId)
        if (executor === undefined) replyTo.tell({ type: 'thread-dump', threads: undefined })
        else executor.tell({ type: 'dump-threads', replyTo })
        return
      }
      case 'want-slots': {
        const { resources, replyTo, ...demand } = message
        const profileId = resources?.executorProfileId
        this.#takers.set(demand.taskSetId, replyTo)
        this.#step({ ...demand, type: 'wanted', profileId, cpus: resources?.cpus })
        if (isWanting(this.#slots)) this.#lending.lender?.tell({ type: 'slots-wanted' })
        return
      }
      case 'answer-offer':
        this.#lending.used(message.used)
        this.#step({ ...message, type: 'answered' })
        return
      case 'serve-lender':
        this.#lending.serve(message.lender)
        return
      case 'lend-slots':
        this.#lend(message)
        return
      case 'task-arrived':
        this.#sessions.get(message.executorId)?.tell({ ...message, type: 'arrived' })
        return
      case 'task-gone':
        this.#sessions.get(message.executorId)?.tell({ ...message, type: 'gone' })
        return
      case 'release-slot':
        this.#step({ ...message, type: 'released' })
        return
      case 'withdraw':
        this.#takers.delete(message.taskSetId)
        this.#step({ type: 'withdrawn', taskSetId: message.taskSetId })
        return
      case 'describe-load':
        message.replyTo.tell({ type: 'load', loads: loadOf(this.#slots) })
        return
      case 'retire-executor': {
        const { executorId, reason } = message
        if (isIdle(this.#slots, executorId)) this.#lose(executorId, reason)
        return
      }
      case 'unschedulable':
        this.#step(message)
        return
      case 'replace-executor':
        this.#replaced.set(message.executorId, message.reason)
        this.#settle()
        return
      case 'set-succeeded':
        this.#exclusions?.heard(message)
        return
      case 'fetch-failed-from':
        this.#exclusions?.fetchFailed(message.executorId)
        this.#givenUp(message)
        return
      case 'look-at-health':
        this.#exclusions?.heard({ type: 'time-passed' })
        return
      case 'forget-stage':
        for (const session of this.#sessions.values()) session.tell(message)
        return
      case 'executor-gone':
        this.#lose(message.executorId, message.reason)
        return
      case 'shut-down':
        this.#shutDown(message.executorId, message.reason)
        return
    }
  }

  #register(message: RegisterExecutor): void {
    const { executorId, host, pid, executor, blocks, replyTo, resourceProfileId = 0 } = message
    if (this.#executors.get(executorId) === executor) {
      replyTo.tell(this.#registered())
      return
    }
    const expected = this.#lending.expectedSlots(executorId)
    if (this.#gone.has(executorId) || (expected === undefined && this.#sessions.has(executorId))) {
      const reason = `executor id ${executorId} was used before; start the executor under a new one`
      replyTo.tell({ type: 'refused', reason })
      this.#note(executorId, 'refused', reason)
      return
    }
    const { tracker, publish } = this.#props
    this.#executors.set(executorId, executor)
    if (expected === undefined) this.#openSession(executorId, executor)
    else this.#sessions.get(executorId)?.tell({ type: 'attached', executor })
    this.#lending.registered(executorId)
    // One whose slots are lent has as many as it is lent.
    const slots = expected ?? message.slots
    tracker.tell({ type: 'add-server', executorId, server: blocks })
    replyTo.tell(this.#registered())
    publish({ type: 'executor-added', executorId, host, pid, slots })
    publish({
      type: 'SparkListenerExecutorAdded',
      time: this.#ctx.environment.clock.wallNow(),
      executorId,
      executorInfo: { executorHost: host, totalCores: slots, resourceProfileId },
    })
    const added = {
      type: 'executor-added',
      executorId,
      host,
      slots,
      profileId: resourceProfileId,
    } as const
    this.#scheduler?.tell(added)
    const of = resourceProfileId === 0 ? '' : ` for resource profile ${resourceProfileId}`
    const chosen = `registered on ${host} as process ${pid}, with ${counted(slots, 'slot')}${of}`
    const at = nodeAddressOf(executor)
    if (at !== undefined) this.#addresses.set(executorId, at)
    const see = at === undefined ? {} : { at }
    this.#note(executorId, chosen, 'its id is new and it has proved to belong to the application', [
      { subject: actorSubject(executor.path), ...see },
    ])
    if (expected === undefined) this.#step(added)
    this.#exclusions?.executorAdded()
  }

  #openSession(executorId: string, executor?: ActorRef<ExecutorCommand>): void {
    const { token } = this.#props
    const lender = executor === undefined ? this.#lending.lender : undefined
    const session = executorSession({
      executorId,
      executor,
      lender,
      registry: this.#ctx.self,
      token,
    })
    const options = { restart: 'temporary' } as const
    this.#sessions.set(executorId, this.#ctx.spawn(session, `executor-${executorId}`, options))
    this.#offered = new Map(this.#sessions)
  }

  #lend({ executors }: Extract<ExecutorRegistryMessage, { type: 'lend-slots' }>): void {
    // Of one that is gone meanwhile the lender is told so.
    const usable = executors.filter(({ executorId }) => !this.#gone.has(executorId))
    for (const one of usable) if (this.#lending.lent(one)) this.#openSession(one.executorId)
    this.#step({ type: 'lent', executors: usable })
  }

  /** Gives back what nobody wants, once nobody is being asked. */
  #settle(): void {
    if (!isSettled(this.#slots)) return
    for (const [executorId, reason] of [...this.#replaced]) {
      // One that has got something to do in between is good for something.
      this.#replaced.delete(executorId)
      if (isIdle(this.#slots, executorId)) this.#lose(executorId, reason)
    }
    const { back, unused } = this.#lending.settle()
    for (const executorId of back) this.#step({ type: 'called-back', executorId })
    for (const executorId of unused) {
      const session = this.#sessions.get(executorId)
      this.#sessions.delete(executorId)
      this.#lending.lose(executorId)
      this.#gone.add(executorId)
      this.#step({ type: 'executor-removed', executorId })
      if (session !== undefined) void this.#ctx.stop(session)
    }
    if (unused.length > 0) this.#offered = new Map(this.#sessions)
  }

  /** What an executor is told that was taken. */
  #registered(): RegistrationReply {
    const { tracker, commits, barriers, storage, heartbeats } = this.#props
    return { type: 'registered', tracker, commits, barriers, storage, heartbeats }
  }

  #heartbeat({ executorId: execId, tries, peaks }: ExecutorHeartbeat): void {
    const accumUpdates = tries.map(
      ({ taskAttemptId, stageId, stageAttempt, metrics }) =>
        [taskAttemptId, stageId, stageAttempt, metrics] as const,
    )
    const type = 'SparkListenerExecutorMetricsUpdate'
    const executorUpdates = peaks.map(
      ({ stageId, stageAttempt, peaks: most }) => [stageId, stageAttempt, most] as const,
    )
    this.#props.publish({ type, execId, accumUpdates, executorUpdates })
  }

  #lose(executorId: string, reason: string): void {
    const session = this.#sessions.get(executorId)
    if (session === undefined) return
    const hasRegistered = this.#lending.expectedSlots(executorId) === undefined
    this.#lending.lose(executorId)
    this.#sessions.delete(executorId)
    this.#offered = new Map(this.#sessions)
    this.#executors.delete(executorId)
    this.#addresses.delete(executorId)
    this.#gone.add(executorId)
    this.#props.tracker.tell({ type: 'remove-server', executorId })
    this.#props.storage.tell({ type: 'remove-executor', executorId })
    if (hasRegistered) {
      const time = this.#ctx.environment.clock.wallNow()
      this.#props.publish({ type: 'executor-removed', executorId, reason })
      this.#props.publish({ type: 'SparkListenerExecutorRemoved', time, executorId, reason })
    }
    const lost = 'lost: its tasks run elsewhere, its map outputs are forgotten'
    this.#note(executorId, lost, reason, [{ subject: actorSubject(session.path) }])
    this.#scheduler?.tell({ type: 'executor-lost', executorId, reason })
    for (const other of this.#sessions.values()) other.tell({ type: 'peer-lost', executorId })
    this.#step({ type: 'executor-removed', executorId })
    this.#exclusions?.heard({ type: 'executor-removed', executorId })
    // Should it still be there, behind a broken link or a lost agent, it is to end as well.
    session.tell({ type: 'end', reason })
  }

  #note(executorId: string, chosen: string, why: string, see?: readonly Reference[]): void {
    const note = executorNote(this.#props.applicationId, executorId, chosen, why, see)
    this.#ctx.system.decisions.note(points.executor, note)
  }

  /** Two executors that have been out of each other's reach for too long never meet again: one of them is replaced. */
  #givenUp({
    executorId,
    givenUpBy,
  }: Extract<RegistryMessage, { type: 'fetch-failed-from' }>): void {
    if (givenUpBy === undefined || !this.#sessions.has(givenUpBy)) return
    this.#lose(executorId, `executor ${givenUpBy} has lost its connection to it for good`)
  }

  #shutDown(executorId: string | undefined, reason: string): void {
    const chosen = executorId === undefined ? [...this.#sessions.keys()] : [executorId]
    for (const id of chosen) this.#lose(id, reason)
  }

  #step(event: SlotsEvent): void {
    const [state, effects] = slotsTransition(this.#slots, event)
    this.#slots = state
    for (const { taskSetId, slots, limit, alive, excluded, reason, ...effect } of effects) {
      const idle = this.#props.replacesExecutors ? effect.idle : []
      const places = { sessions: this.#offered, addresses: this.#addresses }
      const offer = { slots, limit, alive, excluded, idle, ...places }
      this.#takers.get(taskSetId)?.tell({ type: 'slots-offered', ...offer, reason })
    }
    this.#settle()
  }
}

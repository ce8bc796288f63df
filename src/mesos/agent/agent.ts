import {
  aRef,
  accepting,
  protocol,
  actorSubject,
  setup,
  stateful,
  type ActorContext,
  type ActorRef,
  type Behavior,
} from '../../actors/index.ts'
import {
  processContainer,
  type Containerizer,
  type ContainerMessage,
  type ContainerNotice,
} from '../containerizer/index.ts'
import { points, seeAll } from '../decision-points.ts'
import type { AgentCall, AgentEvent, ExecutorCall, ExecutorEvent } from '../protocol/index.ts'
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
import type { AgentMessage } from './protocol.ts'
import { snapshotOf } from './snapshot.ts'
import {
  defaultAgentOptions,
  initialAgentState,
  type AgentEffect,
  type AgentOccurrence,
  type AgentOptions,
  type AgentState,
} from './state.ts'
import { stepAgent } from './step.ts'
import { waitStatusOf } from './wait-status.ts'

const EXECUTOR_LEASE_MS = 30_000
const FIRST_MASTER_LEASE_MS = 10_000

/** Settings of an agent, and how it reaches the master and runs containers. */
export interface AgentSettings {
  readonly agent: Pick<AgentOptions, 'info' | 'workDir' | 'endpoint'> & Partial<AgentOptions>
  /** Finds the master and opens a session with it; see `connectAgent`. */
  readonly openMaster: OpenSession<AgentCall, AgentEvent>
  /** How often a pulse goes to the master, which must be oftener than its lease. Default 1,000. */
  readonly pulseMs?: number
  /** `processContainer` by default. */
  readonly containerizer?: Containerizer
}

type ExecutorSession = ActorRef<SessionServerMessage<ExecutorCall, ExecutorEvent>>

type Message = AgentMessage | AgentOccurrence | SessionNotice<AgentEvent> | ContainerNotice

/**
 * The agent: the actor around `stepAgent`, with its session with the master, a session per executor and a container per
 * executor as children. An incarnation that fails takes its executors with it; the next one registers as a new agent.
 */
export function agentBehavior(settings: AgentSettings): Behavior<AgentMessage> {
  const behavior = setup<Message>((ctx) => {
    const { clock, random } = ctx.environment
    const rim = new Rim(ctx, settings)
    let isLeaving = false
    const initial = initialAgentState(random.id(), { ...defaultAgentOptions, ...settings.agent })

    const step = (state: AgentState, occurrence: AgentOccurrence): AgentState => {
      const [next, effects] = stepAgent(state, occurrence, { unixMs: clock.wallNow() })
      for (const effect of effects) rim.run(effect)
      if (isLeaving && next.executors.size === 0) ctx.stop()
      return next
    }

    return stateful<AgentState, Message>(initial, (state, message) => {
      switch (message.type) {
        case 'connect-executor': {
          const session = rim.openExecutor(message.subscriber)
          message.replyTo.tell({ type: 'executor-connected', session })
          return state
        }
        case 'get-state':
          message.replyTo.tell(snapshotOf(state, rim.pids))
          return state
        case 'session-opened':
          return step(state, { type: 'master-opened' })
        case 'session-event':
          return step(state, { type: 'master-event', event: message.event })
        case 'session-closed':
          ctx.log.write('warn', 'session with the master closed', { reason: message.reason })
          return step(state, { type: 'master-closed' })
        case 'session-failed':
          ctx.log.write(message.isFirst ? 'warn' : 'debug', 'no session with the master yet', {
            reason: message.reason,
          })
          return state
        case 'container-started':
          rim.pids.set(message.containerId, message.pid)
          return state
        case 'container-failed': {
          const { containerId, reason } = message
          rim.forgetContainer(containerId)
          return step(state, { type: 'container-ended', containerId, status: 1, failure: reason })
        }
        case 'container-exited': {
          const { containerId } = message
          rim.forgetContainer(containerId)
          const status = waitStatusOf(message.exit)
          return step(state, { type: 'container-ended', containerId, status })
        }
        case 'executor-disconnected':
          rim.forgetExecutor(message.connection)
          return step(state, message)
        case 'shutdown':
          isLeaving = true
          return step(state, message)
        default:
          return step(state, message)
      }
    })
  })
  return accepting(requests, behavior)
}

/** What anybody may tell it; the rest of its messages are its own. */
const requests = protocol<AgentMessage>({
  'connect-executor': { subscriber: aRef, replyTo: aRef },
  'get-state': { replyTo: aRef },
  shutdown: {},
})

/** Carries the effects out: the session with the master, executors' sessions, containers, timers, the log. */
class Rim {
  readonly #ctx: ActorContext<Message>
  readonly #containerizer: Containerizer
  readonly #master: ActorRef<SessionClientMessage<AgentCall>>
  readonly #containers = new Map<string, ActorRef<ContainerMessage>>()
  readonly #executors: SessionTable<Message, ExecutorCall, ExecutorEvent>
  /** Container id → process id. */
  readonly pids: Map<string, number> = new Map()

  constructor(ctx: ActorContext<Message>, settings: AgentSettings) {
    this.#ctx = ctx
    this.#containerizer = settings.containerizer ?? processContainer
    const client = sessionClient<AgentCall, AgentEvent>(
      {
        open: settings.openMaster,
        isEvent: agentEvent,
        leaseMs: FIRST_MASTER_LEASE_MS,
        ...(settings.pulseMs !== undefined && { pulseMs: settings.pulseMs }),
      },
      ctx.self,
    )
    this.#master = ctx.spawn(client, 'master-session')
    this.#executors = new SessionTable(ctx, {
      kind: 'executor',
      call: (connection, call) => ({ type: 'executor-call', connection, call }),
      ended: (connection) => ({ type: 'executor-disconnected', connection }),
    })
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

  run(effect: AgentEffect): void {
    const { timers, log } = this.#ctx
    switch (effect.type) {
      case 'call-master':
        this.#master.tell({ type: 'call', call: effect.call })
        return
      case 'reopen-master':
        this.#master.tell({ type: 'reopen', reason: effect.reason })
        return
      case 'set-master-lease':
        this.#master.tell({ type: 'set-lease', leaseMs: effect.leaseMs })
        return
      case 'send-executor':
        this.#executors.deliver(effect.connection, effect.event)
        return
      case 'close-executor':
        this.#executors.close(effect.connection)
        return
      case 'start-container':
        this.#startContainer(effect.spec)
        return
      case 'destroy-container':
        this.#containers.get(effect.containerId)?.tell({ type: 'destroy' })
        return
      case 'start-timer':
        timers.startSingle(effect.key, effect.event, effect.afterMs)
        return
      case 'cancel-timer':
        timers.cancel(effect.key)
        return
      case 'decided': {
        const { note, containerId } = effect
        const path = `${this.#ctx.path}/container-${containerId}`
        const see = containerId === undefined ? [] : seeAll([actorSubject(path)])
        this.#ctx.system.decisions.note(points.container, { ...note, see })
        return
      }
      case 'note':
        log.write('info', effect.note, effect.fields)
        return
    }
  }

  forgetContainer(containerId: string): void {
    this.#containers.delete(containerId)
    this.pids.delete(containerId)
  }

  forgetExecutor(connection: string): void {
    this.#executors.forget(connection)
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

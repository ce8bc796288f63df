import {
  aFlag,
  aNumber,
  aRef,
  aText,
  accepting,
  listOf,
  maybe,
  protocol,
  nodeAddressOf,
  oneOf,
  record,
  setup,
  stateful,
  type ActorContext,
  type ActorRef,
  type AnyRef,
  type Behavior,
} from '../../actors/index.ts'
import {
  allocatorBehavior,
  type AllocatorMessage,
  type Accounts,
  type AllocatorOptions,
} from '../allocator/index.ts'
import { MesosError } from '../errors.ts'
import type { AgentCall, AgentEvent, SchedulerCall, SchedulerEvent } from '../protocol/index.ts'
import {
  agentCall,
  amountsShape,
  resourceOperationShape,
  schedulerCall,
} from '../protocol/index.ts'
import {
  SessionTable,
  type SessionServerMessage,
  type SessionServerOptions,
} from '../session/index.ts'
import {
  memoryRegistryStore,
  registrar,
  type RecordChanges,
  type RegistrarNotice,
  type RegistryChange,
  type RegistryStore,
} from '../registry/index.ts'
import type { AgentOperated, MasterMessage, MasterSnapshot, MasterUpdated } from './protocol.ts'
import { oldQuotaProblem, type Problem } from './old-quota.ts'
import { quotaProblem, weightsProblem } from './quota.ts'
import { goneProblem, snapshotOf, standingOf, teardownProblem } from './snapshot.ts'
import {
  initialMasterState,
  type MasterEffect,
  type MasterEvent,
  type MasterOptions,
  type MasterState,
} from './state.ts'
import { stepMaster } from './step.ts'

type OwnMessage =
  | MasterEvent
  | RegistrarNotice
  /** What an operator wished is durable, and happens. */
  | {
      readonly type: 'granted'
      readonly event: MasterEvent
      readonly replyTo: ActorRef<MasterUpdated>
    }
  | {
      readonly type: 'accounts-came'
      readonly accounts: Accounts
      readonly replyTo: ActorRef<MasterSnapshot>
    }
  | { readonly type: 'allocator-gone' }

type Message = MasterMessage | OwnMessage

type SchedulerSession = ActorRef<SessionServerMessage<SchedulerCall, SchedulerEvent>>
type AgentSession = ActorRef<SessionServerMessage<AgentCall, AgentEvent>>

/** Settings of the master and of the allocator under it. */
export interface MasterSettings {
  readonly master?: Partial<MasterOptions>
  readonly allocator?: Partial<AllocatorOptions>
  /** Opens the store of its registry, each time it starts; without one what it promised ends with its behavior. */
  readonly openRegistry?: () => Promise<RegistryStore>
}

/**
 * The master: the actor around `stepMaster`, with the allocator and a session per connection as its children. A new
 * incarnation knows nobody; agents and schedulers see their sessions end, come back, and bring what they hold.
 */
export function masterBehavior(settings: MasterSettings = {}): Behavior<MasterMessage> {
  // Without one that lasts, what was promised lasts as long as this behavior.
  const kept = memoryRegistryStore()
  const open = settings.openRegistry ?? ((): Promise<RegistryStore> => Promise.resolve(kept))
  const behavior = setup<Message>((ctx) => {
    const { clock, random } = ctx.environment
    const rim = new Rim(ctx, settings, open)
    const masterId = random.id().slice(0, 16)
    const initial = initialMasterState(masterId, settings.master, clock.now())
    const step = (state: MasterState, event: MasterEvent): MasterState => {
      const moment = { nowMs: clock.now(), unixMs: clock.wallNow() }
      const [next, effects] = stepMaster(state, event, moment)
      for (const effect of effects) rim.run(effect)
      return next
    }

    const waitForRegistry = (message: Message): undefined => {
      ctx.stash.stash(message)
      return undefined
    }

    const handle = (state: MasterState, message: Message): MasterState => {
      switch (message.type) {
        case 'connect-scheduler': {
          const session = rim.openScheduler(message.subscriber, state.options)
          const { epoch } = state.options
          message.replyTo.tell({ type: 'scheduler-connected', session, epoch })
          return state
        }
        case 'connect-agent': {
          const session = rim.openAgent(message.subscriber, state.options)
          const { epoch } = state.options
          message.replyTo.tell({ type: 'agent-connected', session, epoch })
          return state
        }
        case 'get-state': {
          const { replyTo } = message
          rim.allocator.tell({
            type: 'get-accounts',
            replyTo: ctx.adapter((accounts) => ({ type: 'accounts-came', accounts, replyTo })),
          })
          return state
        }
        case 'accounts-came':
          message.replyTo.tell(snapshotOf(state, message.accounts))
          return state
        case 'update-quota': {
          const { quota_configs, force = false, only, replyTo } = message
          const problem =
            only === undefined
              ? quotaProblem(state, quota_configs, force)
              : oldQuotaProblem(state, quota_configs, force, only)
          const changes = quota_configs.map((quota) => ({ type: 'quota-set', quota }) as const)
          rim.grant(replyTo, problem, changes, { type: 'quotas-set', quota_configs })
          return state
        }
        case 'update-weights': {
          const { weight_infos, replyTo } = message
          const problem = weightsProblem(weight_infos)
          const changes = weight_infos.map((one) => ({ type: 'weight-set', ...one }) as const)
          rim.grant(replyTo, problem, changes, { type: 'weights-set', weight_infos })
          return state
        }
        case 'operate-agent': {
          const { agentId, operation, principal, replyTo } = message
          const request = rim.expectAnswer(replyTo)
          return step(state, { type: 'operation-asked', request, agentId, operation, principal })
        }
        case 'mark-agent-gone': {
          const { agentId: id, replyTo } = message
          const problem = goneProblem(state, id)
          const unixMs = clock.wallNow()
          const gone = { type: 'agent-gone', agentId: id, unixMs } as const
          rim.grant(replyTo, problem, [{ type: 'agent-gone', id, unixMs }], gone)
          return state
        }
        case 'granted':
          message.replyTo.tell({ type: 'master-updated' })
          return step(state, message.event)
        case 'find-framework':
          message.replyTo.tell(standingOf(state, message.frameworkId))
          return state
        case 'teardown-framework': {
          const { frameworkId, replyTo } = message
          const problem = teardownProblem(state, frameworkId)
          replyTo.tell({ type: 'master-updated', ...(problem !== undefined && { problem }) })
          return problem === undefined ? step(state, { type: 'teardown', frameworkId }) : state
        }
        case 'registry-recovered':
          return state
        case 'registry-failed':
          throw registryFailed(message.error)
        case 'allocator-gone':
          // What it held for whom is gone with it: only a new master, to which all come back, can be right.
          throw new MesosError(
            'TROUPE_MESOS_ALLOCATOR_LOST',
            'The allocator has ended, and with it the account of who holds what; the master starts anew.',
          )
        default: {
          if (message.type === 'disconnected') rim.forget(message.connection)
          return step(state, message)
        }
      }
    }

    return stateful<MasterState | undefined, Message>(undefined, (state, message) => {
      if (state !== undefined) return handle(state, message)
      if (message.type === 'registry-failed') throw registryFailed(message.error)
      if (message.type !== 'registry-recovered') return waitForRegistry(message)
      ctx.stash.unstashAll()
      return step(initial, { type: 'recovered', registry: message.registry })
    })
  })
  return accepting(requests, behavior)
}

function registryFailed(cause: unknown): MesosError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new MesosError(
    'TROUPE_MESOS_REGISTRY_FAILED',
    `The master can't keep its registry, so it can promise nothing, and starts anew: ${why}`,
    { cause },
  )
}

/** What anybody may tell it; the rest of its messages are its own. */
const requests = protocol<MasterMessage>({
  'connect-scheduler': { subscriber: aRef, replyTo: aRef },
  'connect-agent': { subscriber: aRef, replyTo: aRef },
  'get-state': { replyTo: aRef },
  'update-quota': {
    quota_configs: listOf(
      record({ role: aText, guarantees: maybe(amountsShape), limits: maybe(amountsShape) }),
    ),
    force: maybe(aFlag),
    only: maybe(oneOf(['new', 'known'])),
    replyTo: aRef,
  },
  'update-weights': {
    weight_infos: listOf(record({ role: aText, weight: aNumber })),
    replyTo: aRef,
  },
  'operate-agent': {
    agentId: aText,
    operation: resourceOperationShape,
    principal: maybe(aText),
    replyTo: aRef,
  },
  'mark-agent-gone': { agentId: aText, replyTo: aRef },
  'find-framework': { frameworkId: aText, replyTo: aRef },
  'teardown-framework': { frameworkId: aText, replyTo: aRef },
})

/** Carries the effects out: sessions by their connection's name, timers, the allocator, the log. */
class Rim {
  readonly #ctx: ActorContext<Message>
  readonly #schedulers: SessionTable<Message, SchedulerCall, SchedulerEvent>
  readonly #agents: SessionTable<Message, AgentCall, AgentEvent>
  /** Connection → `host:port` of the node behind it, if that listens. */
  readonly #addresses = new Map<string, string>()
  /** Operators that wait for an answer, by the name of their request. */
  readonly #operators = new Map<string, ActorRef<AgentOperated>>()
  #requests = 0
  readonly #registrar: ActorRef<RecordChanges<Message>>
  readonly allocator: ActorRef<AllocatorMessage>

  constructor(
    ctx: ActorContext<Message>,
    settings: MasterSettings,
    open: () => Promise<RegistryStore>,
  ) {
    this.#ctx = ctx
    const leastEpoch = (settings.master?.epoch ?? 1) + ctx.restarts
    const keeper = registrar<Message>({ open, leastEpoch }, ctx.self)
    this.#registrar = ctx.spawn(keeper, 'registrar', { restart: 'temporary' })
    const behavior = allocatorBehavior(ctx.self, settings.allocator)
    this.allocator = ctx.spawn(behavior, 'allocator', { restart: 'temporary' })
    ctx.watch(this.allocator, { type: 'allocator-gone' })
    const ended = (connection: string): Message => ({ type: 'disconnected', connection })
    this.#schedulers = new SessionTable(ctx, {
      kind: 'scheduler',
      call: (connection, call) => ({ type: 'scheduler-call', connection, call }),
      ended,
    })
    this.#agents = new SessionTable(ctx, {
      kind: 'agent',
      call: (connection, call) => ({ type: 'agent-call', connection, call }),
      ended,
    })
  }

  openScheduler(
    subscriber: SessionServerOptions<SchedulerCall, SchedulerEvent>['subscriber'],
    { schedulerHeartbeatMs, schedulerLeaseMs }: MasterOptions,
  ): SchedulerSession {
    const { connection, session } = this.#schedulers.open({
      subscriber,
      isCall: schedulerCall,
      leaseMs: schedulerLeaseMs,
      heartbeat: {
        event: { type: 'HEARTBEAT' },
        everyMs: schedulerHeartbeatMs,
        after: 'SUBSCRIBED',
      },
    })
    this.#noteAddress(connection, subscriber)
    return session
  }

  openAgent(
    subscriber: SessionServerOptions<AgentCall, AgentEvent>['subscriber'],
    { agentHeartbeatMs, agentLeaseMs }: MasterOptions,
  ): AgentSession {
    const { connection, session } = this.#agents.open({
      subscriber,
      isCall: agentCall,
      leaseMs: agentLeaseMs,
      pulseMs: agentHeartbeatMs,
    })
    this.#noteAddress(connection, subscriber)
    return session
  }

  /** Tells an operator why not; or makes it durable, and then lets it happen and tells that. */
  grant(
    replyTo: ActorRef<MasterUpdated>,
    problem: string | Problem | undefined,
    changes: readonly RegistryChange[],
    event: MasterEvent,
  ): void {
    if (problem !== undefined) {
      const given = typeof problem === 'string' ? { problem } : problem
      replyTo.tell({ type: 'master-updated', ...given })
    } else {
      this.#registrar.tell({ type: 'record', changes, then: { type: 'granted', event, replyTo } })
    }
  }

  run(effect: MasterEffect): void {
    const { timers, log } = this.#ctx
    switch (effect.type) {
      case 'send-scheduler':
        this.#schedulers.deliver(effect.connection, effect.event)
        return
      case 'send-agent':
        this.#agents.deliver(effect.connection, effect.event)
        return
      case 'answer-operation':
        this.#operators.get(effect.request)?.tell(effect.answer)
        this.#operators.delete(effect.request)
        return
      case 'close':
        this.#schedulers.close(effect.connection)
        this.#agents.close(effect.connection)
        this.forget(effect.connection)
        return
      case 'tell-allocator':
        this.allocator.tell(effect.message)
        return
      case 'record':
        this.#registrar.tell(effect)
        return
      case 'start-timer':
        timers.startSingle(effect.key, effect.event, effect.afterMs)
        return
      case 'cancel-timer':
        timers.cancel(effect.key)
        return
      case 'decided': {
        const { point, note, peers } = effect
        const further = peers.flatMap(({ connection, subject }) => {
          const at = this.#addresses.get(connection)
          return at === undefined ? [] : [{ subject, at }]
        })
        this.#ctx.system.decisions.note(point, { ...note, see: [...(note.see ?? []), ...further] })
        return
      }
      case 'note':
        log.write('info', effect.note, effect.fields)
        return
    }
  }

  /** Names a request, whose answer goes to `replyTo`. */
  expectAnswer(replyTo: ActorRef<AgentOperated>): string {
    const request = String(++this.#requests)
    this.#operators.set(request, replyTo)
    return request
  }

  forget(connection: string): void {
    this.#schedulers.forget(connection)
    this.#agents.forget(connection)
    this.#addresses.delete(connection)
  }

  #noteAddress(connection: string, subscriber: AnyRef): void {
    const at = nodeAddressOf(subscriber)
    if (at !== undefined) this.#addresses.set(connection, at)
  }
}

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
import type { AgentOperated, MasterMessage, MasterSnapshot } from './protocol.ts'
import { quotaProblem, weightsProblem } from './quota.ts'
import { snapshotOf, standingOf, teardownProblem } from './snapshot.ts'
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
}

/**
 * The master: the actor around `stepMaster`, with the allocator and a session per connection as its children. A new
 * incarnation knows nobody; agents and schedulers see their sessions end, come back, and bring what they hold.
 */
export function masterBehavior(settings: MasterSettings = {}): Behavior<MasterMessage> {
  const behavior = setup<Message>((ctx) => {
    const { clock, random } = ctx.environment
    const rim = new Rim(ctx, settings)
    const given = settings.master
    const epoch = (given?.epoch ?? 1) + ctx.restarts
    const options = { ...given, epoch }
    const initial = initialMasterState(random.id().slice(0, 16), options, clock.now())
    const step = (state: MasterState, event: MasterEvent): MasterState => {
      const moment = { nowMs: clock.now(), unixMs: clock.wallNow() }
      const [next, effects] = stepMaster(state, event, moment)
      for (const effect of effects) rim.run(effect)
      return next
    }

    return stateful<MasterState, Message>(initial, (state, message) => {
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
          const { quota_configs, force = false, replyTo } = message
          const problem = quotaProblem(state, quota_configs, force)
          replyTo.tell({ type: 'master-updated', ...(problem !== undefined && { problem }) })
          return problem === undefined ? step(state, { type: 'quotas-set', quota_configs }) : state
        }
        case 'update-weights': {
          const { weight_infos, replyTo } = message
          const problem = weightsProblem(weight_infos)
          replyTo.tell({ type: 'master-updated', ...(problem !== undefined && { problem }) })
          return problem === undefined ? step(state, { type: 'weights-set', weight_infos }) : state
        }
        case 'operate-agent': {
          const { agentId, operation, principal, replyTo } = message
          const request = rim.expectAnswer(replyTo)
          return step(state, { type: 'operation-asked', request, agentId, operation, principal })
        }
        case 'find-framework':
          message.replyTo.tell(standingOf(state, message.frameworkId))
          return state
        case 'teardown-framework': {
          const { frameworkId, replyTo } = message
          const problem = teardownProblem(state, frameworkId)
          replyTo.tell({ type: 'master-updated', ...(problem !== undefined && { problem }) })
          return problem === undefined ? step(state, { type: 'teardown', frameworkId }) : state
        }
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
    })
  })
  return accepting(requests, behavior)
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
  readonly allocator: ActorRef<AllocatorMessage>

  constructor(ctx: ActorContext<Message>, settings: MasterSettings) {
    this.#ctx = ctx
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

import {
  nodeAddressOf,
  type ActorContext,
  type ActorRef,
  type AnyRef,
  type DecisionNote,
} from '../../actors/index.ts'
import {
  allocatorBehavior,
  type Accounts,
  type AllocatorMessage,
  type AllocatorOptions,
} from '../allocator/index.ts'
import type { AgentCall, AgentEvent, SchedulerCall, SchedulerEvent } from '../protocol/index.ts'
import { agentCall, schedulerCall } from '../protocol/index.ts'
import {
  registrar,
  type RecordChanges,
  type RegistrarNotice,
  type RegistryChange,
  type RegistryStore,
} from '../registry/index.ts'
import { Series } from '../series.ts'
import {
  SessionTable,
  type SessionServerMessage,
  type SessionServerOptions,
} from '../session/index.ts'
import { Counts } from './counts.ts'
import type { Problem } from './old-quota.ts'
import type {
  AgentOperated,
  ClusterNews,
  Figures,
  MasterMessage,
  MasterSnapshot,
  MasterUpdated,
} from './protocol.ts'
import { newsOf } from './snapshot.ts'
import type { MasterOptions } from './options.ts'
import type { MasterEffect, MasterEvent, MasterNews } from './state.ts'

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
  | {
      readonly type: 'watch-begins'
      readonly accounts: Accounts
      readonly watcher: ActorRef<ClusterNews>
    }
  | { readonly type: 'watcher-gone'; readonly watcher: ActorRef<ClusterNews> }
  /** It may be that of an incarnation before: it ends with its master. */
  | { readonly type: 'allocator-gone'; readonly allocator: ActorRef<AllocatorMessage> }

/** What the master's actor takes. */
export type Message = MasterMessage | OwnMessage

type SchedulerSession = ActorRef<SessionServerMessage<SchedulerCall, SchedulerEvent>>
type AgentSession = ActorRef<SessionServerMessage<AgentCall, AgentEvent>>

interface RimOptions {
  readonly master: MasterOptions
  readonly allocator: Partial<AllocatorOptions> | undefined
  readonly leastEpoch: number
  readonly open: () => Promise<RegistryStore>
}

/** Carries the effects out: sessions by their connection's name, timers, the allocator, the log. */
export class Rim {
  readonly #ctx: ActorContext<Message>
  readonly #schedulers: SessionTable<Message, SchedulerCall, SchedulerEvent>
  readonly #agents: SessionTable<Message, AgentCall, AgentEvent>
  /** Connection → `host:port` of the node behind it, if that listens. */
  readonly #addresses = new Map<string, string>()
  /** Connections that nobody makes anew in silence. */
  readonly #final = new Set<string>()
  /** Operators that wait for an answer, by the name of their request. */
  readonly #operators = new Map<string, ActorRef<AgentOperated>>()
  #requests = 0
  readonly #watchers = new Set<ActorRef<ClusterNews>>()
  readonly #options: MasterOptions
  readonly #registrar: ActorRef<RecordChanges<Message>>
  readonly allocator: ActorRef<AllocatorMessage>
  readonly counts: Counts
  readonly stores: Series = new Series()
  /** What reading the registry took. */
  fetchMs: number | undefined

  constructor(ctx: ActorContext<Message>, { master, allocator, leastEpoch, open }: RimOptions) {
    this.#ctx = ctx
    this.#options = master
    this.counts = new Counts(master.maxCompletedFrameworks)
    const keeper = registrar<Message>({ open, leastEpoch }, ctx.self)
    this.#registrar = ctx.spawn(keeper, 'registrar', { restart: 'temporary' })
    const behavior = allocatorBehavior(ctx.self, allocator)
    this.allocator = ctx.spawn(behavior, 'allocator', { restart: 'temporary' })
    ctx.watch(this.allocator, { type: 'allocator-gone', allocator: this.allocator })
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
    isFinal: boolean,
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
    if (isFinal) this.#final.add(connection)
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
    this.counts.did(effect)
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
        const { point, note, peers, subjects } = effect
        const { decisions } = this.#ctx.system
        const addresses = peers.flatMap((connection) => this.#addresses.get(connection) ?? [])
        const whole = (words: DecisionNote): DecisionNote => {
          const further = addresses.flatMap((at) => subjects().map((subject) => ({ subject, at })))
          return { ...words, see: [...(words.see ?? []), ...further] }
        }
        if ('toNote' in note) decisions.noteLazily(point, { toNote: () => whole(note.toNote()) })
        else decisions.note(point, whole(note))
        return
      }
      case 'announce':
        if (this.#watchers.size > 0) this.#announce(effect.news)
        return
      case 'counted':
        return
      case 'note':
        log.write('info', effect.note, effect.fields)
        return
    }
  }

  /** What was counted and measured beside the state. */
  figures(): Figures {
    const fetchMs = this.fetchMs
    return {
      ...this.counts.figures(),
      registrar: { storeMs: this.stores.summary(), ...(fetchMs !== undefined && { fetchMs }) },
    }
  }

  /** Names a request, whose answer goes to `replyTo`. */
  expectAnswer(replyTo: ActorRef<AgentOperated>): string {
    const request = String(++this.#requests)
    this.#operators.set(request, replyTo)
    return request
  }

  /** Tells the watcher of all that is announced from now on, until it ends. */
  watch(watcher: ActorRef<ClusterNews>): void {
    this.#watchers.add(watcher)
    this.#ctx.watch(watcher, { type: 'watcher-gone', watcher })
  }

  unwatch(watcher: ActorRef<ClusterNews>): void {
    this.#watchers.delete(watcher)
  }

  isFinal(connection: string): boolean {
    return this.#final.has(connection)
  }

  forget(connection: string): void {
    this.#final.delete(connection)
    this.#schedulers.forget(connection)
    this.#agents.forget(connection)
    this.#addresses.delete(connection)
  }

  #announce(news: MasterNews): void {
    const told = newsOf(news, this.#options)
    if (told === undefined) return
    for (const watcher of this.#watchers) watcher.tell(told)
  }

  #noteAddress(connection: string, subscriber: AnyRef): void {
    const at = nodeAddressOf(subscriber)
    if (at !== undefined) this.#addresses.set(connection, at)
  }
}

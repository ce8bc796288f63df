import type { DecisionNote, DecisionPoint, LazyNote, Subject } from '../../actors/index.ts'
import type { AllocatorMessage, Holding, Quota, ConversionAnswered } from '../allocator/index.ts'
import type { Conversion, ResourceOperation } from '../operations/index.ts'
import { PersistentMap } from '../persistent-map.ts'
import { Recent } from '../recent.ts'
import type {
  AgentCall,
  AgentEvent,
  AgentInfo,
  ExecutorInfo,
  FrameworkInfo,
  KillCall,
  Offer,
  Operation,
  OperationStatus,
  SchedulerCall,
  SchedulerEvent,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '../protocol/index.ts'
import type { Registry, RegistryChange } from '../registry/index.ts'
import type { Resources } from '../resources/index.ts'
import type { AgentOperated } from './protocol.ts'
import type { Count } from './counts.ts'
import { defaultMasterOptions, type MasterOptions } from './options.ts'
import type { QuotaConfig, WeightInfo } from './quota.ts'

/** One task from LAUNCH until its terminal status is acknowledged. */
export interface TaskEntry {
  readonly info: TaskInfo
  readonly frameworkId: string
  readonly agentId: string
  /** Allocated to the role of the offer it came from. */
  readonly resources: Resources
  /** The newest that is known. Its resources are free from the first terminal one on. */
  readonly state: TaskState
  /** What was said of it, without the data; of several of the same state in a row the newest. */
  readonly statuses: readonly TaskStatus[]
  /** Of the terminal status that was passed on; its acknowledgement ends the entry. */
  readonly terminalUuid: Uint8Array | undefined
  /** What the framework has asked for: told to the agent again when that registers again. */
  readonly kill?: KillCall['kill']
  /** Its framework was told that it is lost, so it is killed where it turned up again, and nobody hears of it. */
  readonly isGivenUp?: boolean
}

export interface FrameworkEntry {
  readonly id: string
  readonly info: FrameworkInfo
  /** The session that it is subscribed by; undefined while disconnected. */
  readonly connection: string | undefined
  /** It was there before this master, so agents that are still to come may run tasks of it. */
  readonly isRecovered: boolean
  /** Unix time of its first SUBSCRIBE at this master. */
  readonly registeredUnixMs: number
  /** And of its newest one, if there were several. */
  readonly reregisteredUnixMs?: number
  /** By task id. */
  readonly tasks: PersistentMap<TaskEntry>
  /** By task id: the newest of its tasks that went out of reach with their agents, in that order. Bounded. */
  readonly unreachable: ReadonlyMap<string, UnreachableTask>
  /** Tasks that are over, each with the last that was heard of it. Bounded. */
  readonly completed: Recent<TaskEntry>
}

/** A task whose agent is out of reach. */
export interface UnreachableTask {
  readonly task: TaskEntry
  readonly sinceUnixMs: number
}

/** A task that was not launched, and why. */
export interface RefusedTask {
  readonly id: string
  readonly frameworkId: string
  /** As which its framework was told. */
  readonly state: TaskState
  readonly message: string
  readonly unixMs: number
}

/** A framework that has ended, as it was then, all of its tasks among those completed. */
export interface CompletedFramework {
  readonly framework: FrameworkEntry
  readonly unregisteredUnixMs: number
}

/** An agent that waits for its admission to be written. */
export interface Admission {
  readonly id: string
  readonly call: Extract<AgentCall, { readonly type: 'REGISTER' }>
}

export interface ExecutorEntry {
  readonly frameworkId: string
  readonly info: ExecutorInfo
  /** Its own, allocated; held until it has terminated. */
  readonly resources: Resources
}

export interface AgentEntry {
  readonly id: string
  readonly info: AgentInfo
  readonly incarnation: string
  /** The session it is registered by; undefined while disconnected. */
  readonly connection: string | undefined
  readonly total: Resources
  /** Unix time of its newest registration. */
  readonly registeredUnixMs: number
  /** By `executorKey`. */
  readonly executors: PersistentMap<ExecutorEntry>
  /** Keys (`taskKey`) of the tasks of all frameworks that are on it. */
  readonly tasks: PersistentMap<string>
}

/** An offer that is out, and what the allocator counts as held for it. */
export interface OfferEntry {
  readonly offer: Offer
  readonly holding: Holding
  readonly role: string
}

/** Who speaks through a session. */
export type Peer =
  | { readonly kind: 'framework'; readonly id: string }
  | { readonly kind: 'agent'; readonly id: string }

/**
 * All that the master knows. Immutable.
 *
 * Invariants: every task is in its framework's table and in its agent's; an offer's agent is connected and its framework
 * subscribed; a connection is bound to at most one peer, and that peer names it.
 */
export interface MasterState {
  readonly options: MasterOptions
  readonly masterId: string
  /** When it began. */
  readonly startedMs: number
  readonly peers: PersistentMap<Peer>
  readonly frameworks: PersistentMap<FrameworkEntry>
  readonly agents: PersistentMap<AgentEntry>
  readonly offers: PersistentMap<OfferEntry>
  /** By connection. */
  readonly admissions: PersistentMap<Admission>
  /** Incarnation → the id that was given to it, while that is admitted or to be: its agent may not have heard. */
  readonly givenIds: PersistentMap<string>
  /** Agents that an earlier master had admitted and that have not come back yet. */
  readonly recovered: PersistentMap<AgentInfo>
  /** Agent → Unix time since when it is out of reach; it may come back. Bounded, the newest. */
  readonly unreachable: PersistentMap<number>
  /** Agent → Unix time since when an operator holds it for gone; it may not come back. */
  readonly gone: PersistentMap<number>
  /** Agents that are out of reach for too long are looked for then, by the monotonic clock. */
  readonly nextForgetMs: number
  /** No agent is removed before, by the monotonic clock: see `agentRemovalEveryMs`. */
  readonly nextRemovalMs: number
  /** By role; only of roles that have one. */
  readonly quotas: ReadonlyMap<string, Quota>
  /** The newest ids of frameworks that were removed, and of agents that have unregistered. Bounded. */
  readonly removedFrameworks: readonly string[]
  /** The newest of them as they were. Bounded. */
  readonly completedFrameworks: Recent<CompletedFramework>
  /** The newest tasks that were not in order; as many as of those that have ended. */
  readonly refusedTasks: Recent<RefusedTask>
  readonly removedAgents: readonly string[]
  /** How many tasks have ended in each state since this master began. */
  readonly ended: Readonly<Partial<Record<TaskState, number>>>
  readonly nextFramework: number
  readonly nextAgent: number
  readonly nextOffer: number
  /** By framework and operation: what became of operations with an id, until it is acknowledged. */
  readonly feedback: PersistentMap<FeedbackEntry>
  /** What operators have asked for and the allocator has not answered yet, by the name of the request. */
  readonly operations: PersistentMap<OperationEntry>
}

/** What became of a framework's operation. */
export interface FeedbackEntry {
  readonly frameworkId: string
  readonly agentId: string
  readonly operation: Operation
  /** With its agent's uuid, once that has said it. */
  readonly status: OperationStatus
}

/** An operator's operation under way. */
export interface OperationEntry {
  readonly agentId: string
  /** The session that the agent was registered by. */
  readonly registration: string
  readonly operation: ResourceOperation['type']
  readonly conversions: readonly Conversion[]
}

/** When an event happens: the monotonic clock, and Unix time. */
export interface Moment {
  readonly nowMs: number
  readonly unixMs: number
}

/** What can happen to a master. A connection is a session's name. */
export type MasterEvent =
  | { readonly type: 'scheduler-call'; readonly connection: string; readonly call: SchedulerCall }
  | { readonly type: 'agent-call'; readonly connection: string; readonly call: AgentCall }
  /** The session has ended: the peer is gone, silent past its lease, or was told to go. */
  | {
      readonly type: 'disconnected'
      readonly connection: string
      /** Its peer makes no connection anew in silence: nobody is back before it subscribes again. */
      readonly isFinal?: boolean
    }
  /** An operator wants something else to be made of what an agent has; `request` names it in the answer. */
  | {
      readonly type: 'operation-asked'
      readonly request: string
      readonly agentId: string
      readonly operation: ResourceOperation
      readonly principal?: string | undefined
    }
  | ConversionAnswered
  /** An operator wants its end. */
  | { readonly type: 'teardown'; readonly frameworkId: string }
  | {
      readonly type: 'offers-made'
      readonly offers: readonly Holding[]
      /** The run of the allocator that made them. */
      readonly run?: number
    }
  /** `failover_timeout` has passed since the framework was disconnected, but for what is left of it. */
  | { readonly type: 'failover-expired'; readonly frameworkId: string; readonly leftMs?: number }
  /** It was neither accepted nor declined in time. */
  | { readonly type: 'offer-expired'; readonly offerId: string }
  /** A framework says anew what it is, which is in order. */
  | {
      readonly type: 'framework-updated'
      readonly frameworkId: string
      readonly info: FrameworkInfo
      readonly suppressedRoles: readonly string[]
    }
  /** An agent has not come back in time; an earlier master's, if it has not registered with this one. */
  | { readonly type: 'agent-expired'; readonly agentId: string }
  /** The rate limit lets it be removed now. */
  | { readonly type: 'agent-removal-due'; readonly agentId: string }
  /** Before all else: what earlier masters have promised. */
  | { readonly type: 'recovered'; readonly registry: Registry }
  /** These are durable now. */
  | { readonly type: 'agent-admitted'; readonly connection: string }
  | { readonly type: 'agent-unreachable'; readonly agentId: string; readonly unixMs: number }
  | { readonly type: 'agent-gone'; readonly agentId: string; readonly unixMs: number }
  /** Both are in order. */
  | { readonly type: 'quotas-set'; readonly quota_configs: readonly QuotaConfig[] }
  | { readonly type: 'weights-set'; readonly weight_infos: readonly WeightInfo[] }

/** What a master has done. */
export type MasterEffect =
  | {
      readonly type: 'send-scheduler'
      readonly connection: string
      readonly event: SchedulerEvent
    }
  | { readonly type: 'send-agent'; readonly connection: string; readonly event: AgentEvent }
  /** To the operator who asked for it. */
  | {
      readonly type: 'answer-operation'
      readonly request: string
      readonly answer: AgentOperated
    }
  /** Ends a session behind what was sent to it. */
  | { readonly type: 'close'; readonly connection: string }
  | { readonly type: 'tell-allocator'; readonly message: AllocatorMessage }
  /** Makes changes durable; then the event happens, if one is given. In order. */
  | {
      readonly type: 'record'
      readonly changes: readonly RegistryChange[]
      readonly then?: MasterEvent
    }
  | {
      readonly type: 'start-timer'
      readonly key: string
      readonly afterMs: number
      readonly event: MasterEvent
    }
  | { readonly type: 'cancel-timer'; readonly key: string }
  /** For those who watch the cluster. */
  | { readonly type: 'announce'; readonly news: MasterNews }
  /** Something that is counted for `/metrics/snapshot`. */
  | { readonly type: 'counted'; readonly count: Count }
  /** Something for the log. */
  | {
      readonly type: 'note'
      readonly note: string
      readonly fields: Readonly<Record<string, string | number>>
    }
  /** For explanation; `peers` are sessions whose nodes can say more of the subjects. */
  | {
      readonly type: 'decided'
      readonly point: DecisionPoint
      readonly note: DecisionNote | LazyNote
      readonly peers: readonly string[]
      readonly subjects: () => readonly Subject[]
    }

/** What has come, changed or gone. */
export type MasterNews =
  | { readonly type: 'task-added'; readonly task: TaskEntry }
  | { readonly type: 'task-updated'; readonly task: TaskEntry }
  | { readonly type: 'agent-added'; readonly agent: AgentEntry }
  | { readonly type: 'agent-removed'; readonly agentId: string }
  | { readonly type: 'framework-added'; readonly framework: FrameworkEntry }
  | { readonly type: 'framework-updated'; readonly framework: FrameworkEntry }
  | { readonly type: 'framework-removed'; readonly framework: FrameworkEntry }

/** A master that knows nobody yet. */
export function initialMasterState(
  masterId: string,
  options: Partial<MasterOptions> = {},
  startedMs: number = Number.NEGATIVE_INFINITY,
): MasterState {
  return {
    options: { ...defaultMasterOptions, ...options },
    masterId,
    startedMs,
    peers: PersistentMap.empty(),
    frameworks: PersistentMap.empty(),
    agents: PersistentMap.empty(),
    offers: PersistentMap.empty(),
    admissions: PersistentMap.empty(),
    givenIds: PersistentMap.empty(),
    recovered: PersistentMap.empty(),
    unreachable: PersistentMap.empty(),
    gone: PersistentMap.empty(),
    nextRemovalMs: Number.NEGATIVE_INFINITY,
    nextForgetMs: Number.NEGATIVE_INFINITY,
    quotas: new Map(),
    removedFrameworks: [],
    completedFrameworks: Recent.none(),
    refusedTasks: Recent.none(),
    ended: {},
    removedAgents: [],
    nextFramework: 0,
    nextAgent: 0,
    nextOffer: 0,
    operations: PersistentMap.empty(),
    feedback: PersistentMap.empty(),
  }
}

/** Where an executor stands in its agent's table. */
export function executorKey(frameworkId: string, executorId: string): string {
  return `${frameworkId}/${executorId}`
}

/** Where a task stands in its agent's table. */
export function taskKey(frameworkId: string, taskId: string): string {
  return `${frameworkId}/${taskId}`
}

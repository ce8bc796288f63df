import type { DecisionNote, DecisionPoint, Subject } from '../../actors/index.ts'
import type { AllocatorMessage, Holding } from '../allocator/index.ts'
import { PersistentMap } from '../persistent-map.ts'
import type {
  AgentCall,
  AgentEvent,
  AgentInfo,
  ExecutorInfo,
  FrameworkInfo,
  KillCall,
  Offer,
  SchedulerCall,
  SchedulerEvent,
  TaskInfo,
  TaskState,
} from '../protocol/index.ts'
import type { Resources } from '../resources/index.ts'

/** Settings of a master. */
export interface MasterOptions {
  readonly hostname: string
  readonly ip: string
  readonly port: number
  /**
   * With `maxAgentPingTimeouts`: a disconnected agent has their product to come back before its tasks are lost.
   * Default 15,000.
   * @see agent_ping_timeout of Mesos
   */
  readonly agentPingTimeoutMs: number
  /** Default 5, which makes 75 s. @see max_agent_ping_timeouts of Mesos */
  readonly maxAgentPingTimeouts: number
  /** How often both sides of an agent's session send a pulse. Default 1,000. */
  readonly agentHeartbeatMs: number
  /** Silence after which an agent's session ends. Default 10,000. */
  readonly agentLeaseMs: number
  /** How often a subscribed scheduler gets a HEARTBEAT. Default 15,000. */
  readonly schedulerHeartbeatMs: number
  /** Silence after which a scheduler's session ends. Default 30,000. */
  readonly schedulerLeaseMs: number
  /**
   * What a disconnected framework has at least to come back, whatever its `failover_timeout`: a broken connection is no
   * end. Default 2,000.
   */
  readonly reconnectMs: number
  /** How long agents of an earlier master have to register before their tasks are unknown. Default 30,000. */
  readonly recoveryMs: number
  /** Grows with every start of a master, restarts of its actor included; agents refuse what an older one says. Default 1. */
  readonly epoch: number
  /**
   * Whether the epoch is only a guess, by a clock that may have been set back: then the master goes beyond what its agents
   * have seen. Default false: a master that is older than its agents know is heeded by none of them.
   */
  readonly isEpochGuessed: boolean
}

export const defaultMasterOptions: MasterOptions = {
  hostname: 'localhost',
  ip: '127.0.0.1',
  port: 5050,
  agentPingTimeoutMs: 15_000,
  maxAgentPingTimeouts: 5,
  agentHeartbeatMs: 1000,
  agentLeaseMs: 10_000,
  schedulerHeartbeatMs: 15_000,
  schedulerLeaseMs: 30_000,
  reconnectMs: 2000,
  recoveryMs: 30_000,
  epoch: 1,
  isEpochGuessed: false,
}

/** One task from LAUNCH until its terminal status is acknowledged. */
export interface TaskEntry {
  readonly info: TaskInfo
  readonly frameworkId: string
  readonly agentId: string
  /** Allocated to the role of the offer it came from. */
  readonly resources: Resources
  /** The newest that is known. Its resources are free from the first terminal one on. */
  readonly state: TaskState
  /** Of the terminal status that was passed on; its acknowledgement ends the entry. */
  readonly terminalUuid: Uint8Array | undefined
  /** What the framework has asked for: told to the agent again when that registers again. */
  readonly kill?: KillCall['kill']
}

export interface FrameworkEntry {
  readonly id: string
  readonly info: FrameworkInfo
  /** The session that it is subscribed by; undefined while disconnected. */
  readonly connection: string | undefined
  /** It was there before this master, so agents that are still to come may run tasks of it. */
  readonly isRecovered: boolean
  /** By task id. */
  readonly tasks: PersistentMap<TaskEntry>
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
  /** The newest ids of frameworks that were removed, and of agents whose tasks were given up. Bounded. */
  readonly removedFrameworks: readonly string[]
  readonly removedAgents: readonly string[]
  readonly nextFramework: number
  readonly nextAgent: number
  readonly nextOffer: number
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
  | { readonly type: 'disconnected'; readonly connection: string }
  | {
      readonly type: 'offers-made'
      readonly offers: readonly Holding[]
      /** The run of the allocator that made them. */
      readonly run?: number
    }
  /** `failover_timeout` has passed since the framework was disconnected. */
  | { readonly type: 'failover-expired'; readonly frameworkId: string }
  | { readonly type: 'agent-expired'; readonly agentId: string }

/** What a master has done. */
export type MasterEffect =
  | {
      readonly type: 'send-scheduler'
      readonly connection: string
      readonly event: SchedulerEvent
    }
  | { readonly type: 'send-agent'; readonly connection: string; readonly event: AgentEvent }
  /** Ends a session behind what was sent to it. */
  | { readonly type: 'close'; readonly connection: string }
  | { readonly type: 'tell-allocator'; readonly message: AllocatorMessage }
  | {
      readonly type: 'start-timer'
      readonly key: string
      readonly afterMs: number
      readonly event: MasterEvent
    }
  | { readonly type: 'cancel-timer'; readonly key: string }
  /** Something for the log. */
  | {
      readonly type: 'note'
      readonly note: string
      readonly fields: Readonly<Record<string, string | number>>
    }
  /** For explanation; `peers` are sessions whose nodes can say more of a subject. */
  | {
      readonly type: 'decided'
      readonly point: DecisionPoint
      readonly note: DecisionNote
      readonly peers: readonly { readonly connection: string; readonly subject: Subject }[]
    }

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
    removedFrameworks: [],
    removedAgents: [],
    nextFramework: 0,
    nextAgent: 0,
    nextOffer: 0,
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

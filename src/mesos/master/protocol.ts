import type { ActorRef } from '../../actors/index.ts'
import type { AllocatorFigures, FrameworkShare, RoleAccount } from '../allocator/index.ts'
import type {
  AgentCall,
  AgentEvent,
  AgentInfo,
  ExecutorInfo,
  FrameworkInfo,
  MasterInfo,
  Offer,
  Operation,
  OperationStatus,
  Resource,
  SchedulerCall,
  SchedulerEvent,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '../protocol/index.ts'
import type { Refusal, ResourceOperation } from '../operations/index.ts'
import type { SessionPulse } from '../session/index.ts'
import type { SeriesSummary } from '../series.ts'
import type { CountedFigures } from './counts.ts'
import type { QuotaConfig, WeightInfo } from './quota.ts'

/** What anybody may tell the master. Calls go to the session that `connect-…` opens. */
export type MasterMessage =
  /** Opens a session; its first call is SUBSCRIBE, and events go to `subscriber`, whose end ends the session. */
  | {
      readonly type: 'connect-scheduler'
      readonly subscriber: ActorRef<SchedulerEvent | SessionPulse>
      /** No connection is made anew behind it: with the end of the session the scheduler is away, and `failover_timeout` counts as it is. */
      readonly isFinal?: boolean
      readonly replyTo: ActorRef<SchedulerConnected>
    }
  /** Opens a session; its first call is REGISTER, and events go to `subscriber`, whose end ends the session. */
  | {
      readonly type: 'connect-agent'
      readonly subscriber: ActorRef<AgentEvent | SessionPulse>
      readonly replyTo: ActorRef<AgentConnected>
    }
  | {
      readonly type: 'get-state'
      /** Whether figures are wanted as well, which takes longer. */
      readonly isMeasured?: boolean
      readonly replyTo: ActorRef<MasterSnapshot>
    }
  /** `watcher` gets the state, and from then on what changes in it, until it ends. */
  | { readonly type: 'watch-cluster'; readonly watcher: ActorRef<ClusterNews> }
  /** Sets quotas of roles, all or none of them; those of other roles stay. */
  | {
      readonly type: 'update-quota'
      readonly quota_configs: readonly QuotaConfig[]
      /** Lets guarantees be more than the cluster has. */
      readonly force?: boolean
      /** Old calls set a quota only where there is none (`new`), and take away only one that there is (`known`). */
      readonly only?: 'new' | 'known'
      readonly replyTo: ActorRef<MasterUpdated>
    }
  /** Sets weights of roles, all or none of them; those of other roles stay. */
  | {
      readonly type: 'update-weights'
      readonly weight_infos: readonly WeightInfo[]
      readonly replyTo: ActorRef<MasterUpdated>
    }
  /**
   * An operator reserves, unreserves, or makes, resizes or ends volumes, out of what is free on an agent; offers that are
   * in the way are rescinded.
   */
  | {
      readonly type: 'operate-agent'
      readonly agentId: string
      readonly operation: ResourceOperation
      readonly principal?: string
      readonly replyTo: ActorRef<AgentOperated>
    }
  /** An operator says that an agent will not come back: its tasks are gone. */
  | {
      readonly type: 'mark-agent-gone'
      readonly agentId: string
      readonly replyTo: ActorRef<MasterUpdated>
    }
  /** A framework says anew what it is, and which of its roles are suppressed. */
  | {
      readonly type: 'update-framework'
      readonly frameworkId: string
      readonly framework_info: FrameworkInfo
      readonly suppressed_roles: readonly string[]
      readonly replyTo: ActorRef<MasterUpdated>
    }
  | {
      readonly type: 'find-framework'
      readonly frameworkId: string
      readonly replyTo: ActorRef<FrameworkFound>
    }
  /** An operator ends a framework, with its tasks. */
  | {
      readonly type: 'teardown-framework'
      readonly frameworkId: string
      readonly principal?: string
      readonly replyTo: ActorRef<MasterUpdated>
    }

/** What became of an operator's wish. */
export interface MasterUpdated {
  readonly type: 'master-updated'
  /** Why nothing was changed, in Mesos' words. */
  readonly problem?: string
  /** What it speaks of is not there; or more is wanted than there is. Else it was no valid wish. */
  readonly kind?: 'not-found' | 'conflict' | 'forbidden'
}

/** What became of an operator's operation. */
export interface AgentOperated {
  readonly type: 'agent-operated'
  /** Why nothing was changed, in Mesos' words. */
  readonly refusal?: {
    /** What it wants is not there (`unavailable`), or it could not be carried out in any case. */
    readonly kind: Refusal['kind'] | 'unknown-agent' | 'forbidden'
    readonly reason: string
  }
}

/** How a framework stood with the master when it was asked. */
export interface FrameworkFound {
  readonly type: 'framework-found'
  readonly standing: 'unknown' | 'disconnected' | 'connected'
}

/** The session takes the calls of one scheduler, and ends with its connection. */
export interface SchedulerConnected {
  readonly type: 'scheduler-connected'
  readonly session: ActorRef<SchedulerCall | SessionPulse>
  readonly epoch: number
}

/** The session takes the calls of one agent, and ends with its connection or when its lease runs out. */
export interface AgentConnected {
  readonly type: 'agent-connected'
  readonly session: ActorRef<AgentCall | SessionPulse>
  readonly epoch: number
}

/** All that the master knows at one moment; for consoles and tests. */
export interface MasterSnapshot {
  readonly type: 'state'
  readonly master_info: MasterInfo
  readonly epoch: number
  readonly frameworks: readonly FrameworkSnapshot[]
  /** The newest of those that have ended, the oldest first; they have no tasks but completed ones. */
  readonly completedFrameworks: readonly FrameworkSnapshot[]
  readonly agents: readonly {
    readonly id: string
    readonly info: AgentInfo
    readonly isConnected: boolean
    /** What it has now: as its `info` says, with the reservations and volumes that were made since. */
    readonly total: readonly Resource[]
    readonly registeredUnixMs: number
    readonly executors: readonly {
      readonly frameworkId: string
      readonly executorId: string
      readonly info: ExecutorInfo
    }[]
  }[]
  /** Agents that an earlier master had, and that have not come back yet. */
  readonly recoveredAgents: readonly AgentInfo[]
  /** How many agents are out of reach. */
  readonly unreachableAgents: number
  readonly tasks: readonly TaskSnapshot[]
  /** Where they were wanted. */
  readonly figures?: ClusterFigures
  /** How many tasks have ended in each state since this master began. */
  readonly ended: Readonly<Partial<Record<TaskState, number>>>
  readonly offers: readonly Offer[]
  /** Those with an id whose frameworks have not acknowledged what became of them. */
  readonly operations: readonly OperationSnapshot[]
  /** Roles that have a framework, a weight, a quota or reservations, by name. */
  readonly roles: readonly RoleAccount[]
}

/** What the master has counted and measured since it began. */
export interface Figures extends CountedFigures {
  readonly registrar: {
    /** What reading the registry took. */
    readonly fetchMs?: number
    /** What each write took. */
    readonly storeMs: SeriesSummary | undefined
  }
}

/** The same, with what the allocator has. */
export interface ClusterFigures extends Figures {
  readonly allocator: AllocatorFigures
}

export interface OperationSnapshot {
  readonly frameworkId: string
  readonly agentId: string
  readonly operation: Operation
  readonly status: OperationStatus
}

export type AgentSnapshot = MasterSnapshot['agents'][number]

/** What a watcher is told: first the state, then what comes to it, changes and goes, in order. */
export type ClusterNews =
  | MasterSnapshot
  | { readonly type: 'task-added'; readonly task: TaskSnapshot }
  /** In a new state, or with another status. */
  | { readonly type: 'task-updated'; readonly task: TaskSnapshot; readonly status: TaskStatus }
  | { readonly type: 'agent-added'; readonly agent: AgentSnapshot }
  | { readonly type: 'agent-removed'; readonly agentId: string }
  | { readonly type: 'framework-added'; readonly framework: FrameworkSnapshot }
  | { readonly type: 'framework-updated'; readonly framework: FrameworkSnapshot }
  | { readonly type: 'framework-removed'; readonly info: FrameworkInfo }

export interface FrameworkSnapshot {
  readonly id: string
  readonly info: FrameworkInfo
  readonly isConnected: boolean
  /** It was there before this master. */
  readonly isRecovered: boolean
  readonly registeredUnixMs: number
  readonly reregisteredUnixMs: number | undefined
  readonly unregisteredUnixMs: number | undefined
  readonly share: FrameworkShare | undefined
  /** The newest of its tasks whose agents are out of reach. */
  readonly unreachableTasks: readonly TaskSnapshot[]
  /** The newest of its tasks that are over, the oldest first. */
  readonly completedTasks: readonly TaskSnapshot[]
}

export interface TaskSnapshot {
  readonly id: string
  readonly frameworkId: string
  readonly agentId: string
  readonly state: TaskState
  /** Without `data`, which is for its executor. */
  readonly info: TaskInfo
  /** The oldest first. */
  readonly statuses: readonly TaskStatus[]
}

import type { ActorRef } from '../../actors/index.ts'
import type {
  AgentInfo,
  ExecutorCall,
  ExecutorEvent,
  Resource,
  ResourceStatistics,
  TaskState,
} from '../protocol/index.ts'
import type { SessionPulse } from '../session/index.ts'
import type { AgentFigures } from './figures.ts'
import type { AgentState } from './state.ts'

/** What anybody may tell an agent. Calls of executors go to the session that `connect-executor` opens. */
export type AgentMessage =
  /** Opens a session; its first call is SUBSCRIBE, and events go to `subscriber`, whose end ends the session. */
  | {
      readonly type: 'connect-executor'
      readonly subscriber: ActorRef<ExecutorEvent | SessionPulse>
      readonly replyTo: ActorRef<ExecutorConnected>
    }
  | { readonly type: 'get-state'; readonly replyTo: ActorRef<AgentSnapshot> }
  /** Only on its own node: the state itself, for those that show it. */
  | { readonly type: 'show-state'; readonly replyTo: ActorRef<AgentShown> }
  /** Only on its own node: what its containers use. */
  | { readonly type: 'get-usage'; readonly replyTo: ActorRef<AgentUsage> }
  /** Ends all executors, leaves the cluster, and stops the agent's actor. */
  | { readonly type: 'shutdown' }

/** The session takes the calls of one executor, and ends with its connection. */
export interface ExecutorConnected {
  readonly type: 'executor-connected'
  readonly session: ActorRef<ExecutorCall | SessionPulse>
}

/** An agent's state at one moment; immutable. */
export interface AgentShown {
  readonly type: 'shown'
  readonly state: AgentState
  readonly figures: AgentFigures
}

/** What those of an agent's containers use that can say so, by their ids. */
export interface AgentUsage {
  readonly type: 'usage'
  readonly byContainer: ReadonlyMap<string, ResourceStatistics>
}

/** All that an agent knows at one moment; for consoles and tests. */
export interface AgentSnapshot {
  readonly type: 'state'
  readonly id: string | undefined
  readonly info: AgentInfo
  /** What was reserved dynamically or made a volume of its resources. */
  readonly checkpointed: readonly Resource[]
  readonly isRegistered: boolean
  readonly epoch: number
  readonly executors: readonly {
    readonly frameworkId: string
    readonly executorId: string
    readonly containerId: string
    /** Of its process; undefined until it has started. */
    readonly pid: number | undefined
    readonly sandbox: string
    readonly isSubscribed: boolean
    readonly tasks: readonly { readonly id: string; readonly state: TaskState }[]
  }[]
  /** Statuses that no framework has acknowledged yet. */
  readonly pendingUpdates: number
}

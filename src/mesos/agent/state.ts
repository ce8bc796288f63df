import type { DecisionNote, LazyNote } from '../../actors/index.ts'
import type { BuiltInOptions, ContainerNews, ContainerRequest } from '../built-in/index.ts'
import type {
  ContainerLimitation,
  ContainerResources,
  ContainerSpec,
} from '../containerizer/index.ts'
import type { ProcessExit } from '../../platform/index.ts'
import { PersistentMap } from '../persistent-map.ts'
import type { CheckpointRecord } from './checkpoint/index.ts'
import type { Given } from './given.ts'
import { noHistory, type AgentHistory } from './history.ts'
import type {
  AgentCall,
  AgentEvent,
  AgentInfo,
  ExecutorCall,
  ExecutorEvent,
  ExecutorInfo,
  FrameworkInfo,
  HeldOperation,
  Resource,
  TaskInfo,
  TaskResourceLimitation,
  TaskState,
  TaskStatus,
  TaskStatusReason,
} from '../protocol/index.ts'
import type { VolumeWork } from './volumes.ts'

/** Settings of an agent. */
export interface AgentOptions {
  /** Who it is and what it has; its id is the master's to give. */
  readonly info: AgentInfo
  /** Where executors of the house find it, if not at the port of its info: an agent after it listens there again. */
  readonly linePort?: number
  /** An absolute path; sandboxes are below it. */
  readonly workDir: string
  /** Where executors find the agent's node. */
  readonly endpoint: { readonly host: string; readonly port: number }
  /** How long a started executor may take to subscribe. Default 60,000. */
  readonly executorRegistrationTimeoutMs: number
  /** How long executors that a new agent has found running may take to subscribe again. Default 15,000. */
  readonly executorReregistrationTimeoutMs: number
  /** How long an executor may take to shut down before it is killed. Default 5,000. */
  readonly executorShutdownGraceMs: number
  /** Wait before a status update is sent again, doubled each time up to the longest. Defaults 10,000 and 600,000. */
  readonly updateRetryMs: number
  readonly longestUpdateRetryMs: number
  /** How long executors of checkpointing frameworks wait for an agent that is gone. Default 900,000. */
  readonly recoveryTimeoutMs: number
  /** Variables for every executor, such as a shared secret's file. Default none. */
  readonly executorEnvironment: Readonly<Record<string, string>>
  /** Whether commands run as the user that they or their frameworks name, which takes root. Default false. */
  readonly switchesUsers: boolean
  /** Executors that are over and are remembered, of each framework. Default 150. */
  readonly maxCompletedExecutorsPerFramework: number
}

export const defaultAgentOptions: Omit<AgentOptions, 'info' | 'workDir' | 'endpoint'> = {
  executorRegistrationTimeoutMs: 60_000,
  executorReregistrationTimeoutMs: 15_000,
  executorShutdownGraceMs: 5000,
  updateRetryMs: 10_000,
  longestUpdateRetryMs: 600_000,
  recoveryTimeoutMs: 900_000,
  executorEnvironment: {},
  switchesUsers: false,
  maxCompletedExecutorsPerFramework: 150,
}

/** A task on this agent, from LAUNCH until its terminal status is acknowledged. */
export interface AgentTask {
  readonly info: TaskInfo
  readonly state: TaskState
  /** Whether LAUNCH was, or may have been, sent to the executor. */
  readonly isDelivered: boolean
  /** Ids of the tasks that were launched with it, itself among them. */
  readonly group?: readonly string[]
  /** Its own, if it has one in that of its executor. */
  readonly container?: TaskContainer
  /** An order to kill it that its executor may not have. */
  readonly kill?: Extract<AgentEvent, { readonly type: 'KILL' }>['kill']
}

export interface ExecutorState {
  readonly frameworkId: string
  readonly frameworkInfo: FrameworkInfo
  readonly info: ExecutorInfo
  /** Set of one that is an actor of the agent itself. */
  readonly builtIn?: BuiltInKind
  readonly containerId: string
  /** Its process, or its command's, once it is known to run. */
  readonly process: ContainerProcess | undefined
  /** How its container has ended, if it has; what is built in may have a last word to say. */
  readonly over?: ContainerEnd
  /** What is built in has failed: it has no last word to say. */
  readonly isMute?: true
  /** The session that it is subscribed by. */
  readonly connection: string | undefined
  /** Why it was asked to end, if it was. */
  readonly ending: ExecutorEnding | undefined
  /** What it and its tasks may use. */
  readonly given: Given
  /** By task id; terminal ones are out. */
  readonly tasks: PersistentMap<AgentTask>
}

/** What runs a task's own command: its executor alone, or that of a group. */
export type BuiltInKind = 'command' | 'default'

/** A container in that of an executor. */
export interface TaskContainer {
  readonly containerId: string
  /** Once it is known to run. */
  readonly process?: ContainerProcess
}

/** A process that can be found again. */
export interface ContainerProcess {
  readonly pid: number
  readonly mark: string
  readonly sinceUnixMs: number
}

/** The end of a container. */
export interface ContainerEnd {
  readonly containerId: string
  /** As wait(2) gives it; -1 when only its end is known. */
  readonly status: number
  readonly exit?: ProcessExit
  /** Set when it never started. */
  readonly failure?: string
  /** Not even its sandbox could be made; `failure` says why. */
  readonly hasNoSandbox?: true
  /** Set when it was ended for what it used. */
  readonly limitation?: ContainerLimitation
}

/** The end of an executor, as the master is told. */
export type ExecutorEnd = Extract<
  AgentCall,
  { readonly type: 'EXECUTOR_TERMINATED' }
>['executor_terminated']

/** What the tasks of an executor are told when it ends. */
export interface ExecutorEnding {
  readonly state: TaskState
  readonly reason: TaskStatusReason
  readonly message: string
  /** What it has used too much of. */
  readonly limitation?: TaskResourceLimitation
}

/** The status updates of one task that the framework has not acknowledged; the first is under way. */
export interface UpdateStream {
  readonly frameworkId: string
  readonly task: TaskInfo
  /** At least one. */
  readonly waiting: readonly TaskStatus[]
  /** How often the first was sent. */
  readonly attempts: number
  /** It is sent again then, by the monotonic clock. */
  readonly dueMs: number
}

/** All that an agent knows. Immutable. */
export interface AgentState {
  readonly options: AgentOptions
  /** Fresh with every start of the actor; 32 hex digits. */
  readonly incarnation: string
  readonly agentId: string | undefined
  readonly isRegistered: boolean
  /** Executors that have ended since the master was told of all that run, and before it has answered. */
  readonly untoldEnds: readonly ExecutorEnd[]
  /** The newest epoch a master has shown; older ones are refused. */
  readonly epoch: number
  readonly frameworks: PersistentMap<FrameworkInfo>
  /** What was reserved dynamically or made a volume of the resources that `options.info` names. */
  readonly checkpointed: readonly Resource[]
  /** By `agentKey(framework, executor)`. */
  readonly executors: PersistentMap<ExecutorState>
  /** Container → key of the executor that it, or a task in it, belongs to. */
  readonly containers: PersistentMap<string>
  /** By `agentKey(framework, task)`. */
  readonly updates: PersistentMap<UpdateStream>
  /** When the timer rings that has them sent again: no later than the first is due. Infinity if it is not set. */
  readonly nextRetryMs: number
  /** By `agentKey(framework, operation)`: what became of operations, as long as it is not acknowledged. */
  readonly operations: PersistentMap<HeldOperation & { readonly attempts: number }>
  /** Connection → key of the executor that is subscribed by it. */
  readonly peers: PersistentMap<string>
  readonly nextContainer: number
  /** Statuses of its own so far; makes their uuids. */
  readonly nextStatus: number
  readonly history: AgentHistory
}

/** What can happen to an agent. */
export type AgentOccurrence =
  /** The first, of an agent that goes on where one before it was ended. */
  | { readonly type: 'recovered' }
  | { readonly type: 'master-opened' }
  | { readonly type: 'master-closed' }
  | { readonly type: 'master-event'; readonly event: AgentEvent }
  | { readonly type: 'executor-call'; readonly connection: string; readonly call: ExecutorCall }
  | { readonly type: 'executor-disconnected'; readonly connection: string }
  | {
      readonly type: 'container-started'
      readonly containerId: string
      readonly pid: number
      readonly mark: string
    }
  | (ContainerEnd & { readonly type: 'container-ended' })
  /** An executor that is built in wants something done; `containerId` is its own. */
  | {
      readonly type: 'built-in-request'
      readonly containerId: string
      readonly request: ContainerRequest
    }
  /** The actor of an executor that is built in has ended. */
  | { readonly type: 'built-in-over'; readonly containerId: string }
  | { readonly type: 'registration-overdue'; readonly containerId: string }
  | { readonly type: 'reregistration-overdue'; readonly containerId: string }
  | { readonly type: 'grace-over'; readonly containerId: string }
  /** Some status may have to be sent again. */
  | { readonly type: 'retry-due' }
  | { readonly type: 'operation-retry-due'; readonly key: string }
  /** Ends all executors and leaves the cluster. */
  | { readonly type: 'shutdown' }

/** What an agent has done. */
export type AgentEffect =
  /** To be durable before the effects that follow, unless it `mayLag`. */
  | {
      readonly type: 'checkpoint'
      readonly record: CheckpointRecord
      readonly mayLag?: boolean
    }
  /** To be done to the disk before the effects that follow. */
  | { readonly type: 'volumes'; readonly work: VolumeWork }
  | { readonly type: 'call-master'; readonly call: AgentCall }
  /** Opens a new session with the master. */
  | { readonly type: 'reopen-master'; readonly reason: string }
  | { readonly type: 'set-master-lease'; readonly leaseMs: number }
  | {
      readonly type: 'send-executor'
      readonly connection: string
      readonly event: ExecutorEvent
    }
  | { readonly type: 'close-executor'; readonly connection: string }
  | { readonly type: 'start-container'; readonly spec: ContainerSpec }
  | { readonly type: 'destroy-container'; readonly containerId: string }
  | {
      readonly type: 'signal-container'
      readonly containerId: string
      readonly signal: 'SIGTERM' | 'SIGKILL'
    }
  | {
      readonly type: 'update-container'
      readonly containerId: string
      readonly resources: ContainerResources
    }
  /** Starts an executor that is built in; its connection has the same name as its container. */
  | {
      readonly type: 'start-built-in'
      readonly kind: BuiltInKind
      readonly options: Omit<BuiltInOptions, 'onCall' | 'onRequest'>
    }
  /** Checks a task that runs in this container, and tells its executor, which is built in. */
  | {
      readonly type: 'start-checks'
      readonly executorContainerId: string
      readonly containerId: string
      readonly task: TaskInfo
    }
  | { readonly type: 'stop-checks'; readonly containerId: string }
  /** A directory that nobody needs any more, for some time; and one that is needed again. */
  | { readonly type: 'collect'; readonly path: string }
  | { readonly type: 'keep'; readonly path: string }
  /** Nobody reads it any more. */
  | { readonly type: 'remove-file'; readonly path: string }
  | {
      readonly type: 'tell-built-in'
      readonly containerId: string
      readonly message: ContainerNews
    }
  | {
      readonly type: 'start-timer'
      readonly key: string
      readonly afterMs: number
      readonly event: AgentOccurrence
    }
  | { readonly type: 'cancel-timer'; readonly key: string }
  /** For explanation; with the container whose actor can say more. */
  | {
      readonly type: 'decided'
      readonly note: DecisionNote | LazyNote
      readonly containerId?: string
    }
  | {
      readonly type: 'note'
      readonly note: string
      readonly fields: Readonly<Record<string, string | number>>
    }

/** An agent that has not registered yet and runs nothing. */
export function initialAgentState(incarnation: string, options: AgentOptions): AgentState {
  return {
    options,
    incarnation,
    agentId: options.info.id?.value,
    isRegistered: false,
    untoldEnds: [],
    epoch: 0,
    frameworks: PersistentMap.empty(),
    checkpointed: [],
    executors: PersistentMap.empty(),
    containers: PersistentMap.empty(),
    updates: PersistentMap.empty(),
    nextRetryMs: Number.POSITIVE_INFINITY,
    operations: PersistentMap.empty(),
    peers: PersistentMap.empty(),
    nextContainer: 0,
    nextStatus: 0,
    history: noHistory,
  }
}

/** Where an executor or a task of a framework stands in the agent's tables. */
export function agentKey(frameworkId: string, id: string): string {
  return `${frameworkId}/${id}`
}

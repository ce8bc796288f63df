import type { CheckInfo, CheckStatusInfo, HealthCheck } from './check.ts'
import type { ContainerInfo } from './container-info.ts'
import type { CommandInfo, ExecutorInfo } from './executor-info.ts'
import type { AgentId, ContainerId, ExecutorId, TaskId } from './ids.ts'
import type { Labels, Resource, ScalarValue } from './resource.ts'

/** The fourteen states of a task, with the numbers they have in protobuf. */
export const TASK_STATES = {
  TASK_STARTING: 0,
  TASK_RUNNING: 1,
  TASK_FINISHED: 2,
  TASK_FAILED: 3,
  TASK_KILLED: 4,
  TASK_LOST: 5,
  TASK_STAGING: 6,
  TASK_ERROR: 7,
  TASK_KILLING: 8,
  TASK_DROPPED: 9,
  TASK_UNREACHABLE: 10,
  TASK_GONE: 11,
  TASK_GONE_BY_OPERATOR: 12,
  TASK_UNKNOWN: 13,
} as const

export type TaskState = keyof typeof TASK_STATES

const TERMINAL: ReadonlySet<TaskState> = new Set([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_LOST',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
])

/**
 * Whether a task in `state` is over and its resources are free again. UNREACHABLE and UNKNOWN are not
 * terminal: such a task may come back.
 */
export function isTerminal(state: TaskState): boolean {
  return TERMINAL.has(state)
}

/** Whether two fields of type `bytes`, such as the `uuid` of a status and of its acknowledgement, are equal. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Who says so. Older clients know the agent as SOURCE_SLAVE; the number is the same. */
export type TaskStatusSource = 'SOURCE_MASTER' | 'SOURCE_AGENT' | 'SOURCE_EXECUTOR'

/** Why a state was reached; the ones that the master and the agent give. */
export type TaskStatusReason =
  | 'REASON_AGENT_DISCONNECTED'
  | 'REASON_AGENT_REMOVED'
  | 'REASON_AGENT_REMOVED_BY_OPERATOR'
  | 'REASON_AGENT_REREGISTERED'
  | 'REASON_AGENT_RESTARTED'
  | 'REASON_AGENT_UNKNOWN'
  | 'REASON_COMMAND_EXECUTOR_FAILED'
  | 'REASON_CONTAINER_LAUNCH_FAILED'
  | 'REASON_CONTAINER_LIMITATION'
  | 'REASON_CONTAINER_LIMITATION_DISK'
  | 'REASON_CONTAINER_LIMITATION_MEMORY'
  | 'REASON_EXECUTOR_REGISTRATION_TIMEOUT'
  | 'REASON_EXECUTOR_REREGISTRATION_TIMEOUT'
  | 'REASON_EXECUTOR_TERMINATED'
  | 'REASON_EXECUTOR_UNREGISTERED'
  | 'REASON_FRAMEWORK_REMOVED'
  | 'REASON_INVALID_FRAMEWORKID'
  | 'REASON_INVALID_OFFERS'
  | 'REASON_MAX_COMPLETION_TIME_REACHED'
  | 'REASON_RECONCILIATION'
  | 'REASON_RESOURCES_UNKNOWN'
  | 'REASON_TASK_GROUP_INVALID'
  | 'REASON_TASK_GROUP_UNAUTHORIZED'
  | 'REASON_TASK_HEALTH_CHECK_STATUS_UPDATED'
  | 'REASON_TASK_CHECK_STATUS_UPDATED'
  | 'REASON_TASK_INVALID'
  | 'REASON_TASK_KILLED_DURING_LAUNCH'
  | 'REASON_TASK_UNAUTHORIZED'
  | 'REASON_TASK_UNKNOWN'

/** A framework's order to run something on one agent, out of one or more of its offers. */
export interface TaskInfo {
  readonly name: string
  readonly task_id: TaskId
  readonly agent_id: AgentId
  readonly resources: readonly Resource[]
  /** Exactly one of `executor` and `command` is set. */
  readonly executor?: ExecutorInfo
  readonly command?: CommandInfo
  /** Of a task with a `command`: the executor's own is in its info. */
  readonly container?: ContainerInfo
  /** For the executor; opaque to master and agent. */
  readonly data?: Uint8Array
  readonly labels?: Labels
  readonly kill_policy?: KillPolicy
  /** Its time to run; 0 is as long as it likes. */
  readonly max_completion_time?: { readonly nanoseconds: number }
  readonly health_check?: HealthCheck
  readonly check?: CheckInfo
  /** Bounds beyond its resources, of `cpus` and `mem`; may be infinite. */
  readonly limits?: Readonly<Record<string, ScalarValue>>
}

export interface KillPolicy {
  readonly grace_period?: { readonly nanoseconds: number }
}

/**
 * What is known of a task at one moment. With a `uuid` the framework must acknowledge it, and gets it
 * again until it does; without one it came from the master and is sent once.
 */
export interface TaskStatus {
  readonly task_id: TaskId
  readonly state: TaskState
  readonly message?: string
  readonly source?: TaskStatusSource
  readonly reason?: TaskStatusReason
  readonly data?: Uint8Array
  readonly agent_id?: AgentId
  readonly executor_id?: ExecutorId
  /** Unix time in seconds, with a fraction. */
  readonly timestamp?: number
  /** Sixteen bytes; base64 in JSON. */
  readonly uuid?: Uint8Array
  readonly healthy?: boolean
  /** Of a task with a `check`: always set by its executor. */
  readonly check_status?: CheckStatusInfo
  readonly labels?: Labels
  readonly container_status?: {
    readonly container_id?: ContainerId
    readonly executor_pid?: number
    readonly network_infos?: readonly {
      readonly ip_addresses?: readonly { readonly ip_address?: string }[]
    }[]
  }
  readonly unreachable_time?: { readonly nanoseconds: number }
  /** Of a task that was ended for what it used: how much that was, or what it may use. */
  readonly limitation?: TaskResourceLimitation
}

/** Which resources a task has used too much of. */
export interface TaskResourceLimitation {
  readonly resources: readonly Resource[]
}

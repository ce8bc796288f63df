import type { AgentInfo } from './agent-info.ts'
import type { ExecutorInfo } from './executor-info.ts'
import type { FrameworkInfo } from './framework.ts'
import type { AgentId, ExecutorId, FrameworkId, OperationId, TaskId } from './ids.ts'
import type { Operation, OperationStatus } from './offer.ts'
import type { Resource } from './resource.ts'
import type { KillPolicy, TaskInfo, TaskState, TaskStatus } from './task.ts'

/** A task that an agent holds when it registers again: not terminal, or with an update unacknowledged. */
export interface HeldTask {
  readonly framework_id: FrameworkId
  readonly task: TaskInfo
  /** The state that the executor reported last. */
  readonly state: TaskState
}

/** An executor that runs on an agent when it registers again. */
export interface HeldExecutor {
  readonly framework_id: FrameworkId
  readonly executor: ExecutorInfo
}

/** A framework with executors on an agent, as the agent knows it. */
export interface HeldFramework {
  readonly framework_id: FrameworkId
  readonly framework_info: FrameworkInfo
}

/** An operation whose framework wants to hear when the agent knows of it. */
export interface AskedOperation {
  readonly framework_id: FrameworkId
  /** With an id. */
  readonly operation: Operation
}

/** What became of an operation, which its framework has not acknowledged. */
export interface HeldOperation extends AskedOperation {
  readonly status: OperationStatus
}

/** What an agent says to the master in its session. */
export type AgentCall =
  | {
      readonly type: 'REGISTER'
      readonly register: {
        /** With `id` when it had been registered before. */
        readonly agent_info: AgentInfo
        /** Fresh with every start of the agent's process. */
        readonly incarnation: string
        /** The newest epoch it has seen; 0 if none. A master whose own is an older guess, by a clock set back, goes beyond it. */
        readonly epoch: number
        readonly tasks: readonly HeldTask[]
        readonly executors: readonly HeldExecutor[]
        readonly frameworks: readonly HeldFramework[]
        /** As CHECKPOINT_RESOURCES has told it last; absent is none. */
        readonly checkpointed_resources?: readonly Resource[]
        readonly operations?: readonly HeldOperation[]
      }
    }
  /** An operation is known here, as CHECKPOINT_RESOURCES has asked; repeated until ACKNOWLEDGE_OPERATION. */
  | {
      readonly type: 'UPDATE_OPERATION_STATUS'
      readonly update_operation_status: {
        readonly framework_id: FrameworkId
        readonly status: OperationStatus
      }
    }
  | {
      readonly type: 'UPDATE'
      readonly update: {
        readonly framework_id: FrameworkId
        /** With `uuid`: repeated until ACKNOWLEDGE. */
        readonly status: TaskStatus
        /** The newest state the agent knows; `status` may be older while earlier ones wait. */
        readonly latest_state: TaskState
      }
    }
  | {
      readonly type: 'EXECUTOR_TERMINATED'
      readonly executor_terminated: {
        readonly framework_id: FrameworkId
        readonly executor_id: ExecutorId
        /** As wait(2) gives it. */
        readonly status: number
      }
    }
  | {
      readonly type: 'MESSAGE'
      readonly message: {
        readonly framework_id: FrameworkId
        readonly executor_id: ExecutorId
        readonly data: Uint8Array
      }
    }
  /** The agent goes for good; its executors are gone already. */
  | { readonly type: 'UNREGISTER' }

/**
 * What the master says to an agent in its session. Each carries the epoch of the leading master; an agent
 * refuses what carries an older one than it has seen.
 */
export type AgentEvent = { readonly epoch: number } & (
  | {
      readonly type: 'REGISTERED'
      readonly registered: {
        readonly agent_id: AgentId
        /** How often each side shows that it lives. */
        readonly heartbeat_interval_seconds: number
        /** Silence after which either side takes the session for lost. */
        readonly lease_seconds: number
      }
    }
  | {
      readonly type: 'REFUSED'
      readonly refused: {
        /** `removed`: its tasks were given up; it ends its executors and registers as a new agent. */
        readonly reason: 'removed' | 'invalid' | 'not-registered'
        readonly message: string
      }
    }
  /** All that is reserved dynamically or is a volume, from now on: the agent keeps it, and brings it when it registers again. */
  | {
      readonly type: 'CHECKPOINT_RESOURCES'
      readonly checkpoint_resources: {
        readonly resources: readonly Resource[]
        /** What this makes good, where a framework waits for the word. */
        readonly operations?: readonly AskedOperation[]
      }
    }
  | {
      readonly type: 'LAUNCH'
      readonly launch: {
        readonly framework_id: FrameworkId
        readonly framework_info: FrameworkInfo
        readonly task: TaskInfo
        /** Whether the executor is to be started, or runs already; absent: it is started if it does not run. */
        readonly launch_executor?: boolean
      }
    }
  /** All of them or none; each has the executor in its info. */
  | {
      readonly type: 'LAUNCH_GROUP'
      readonly launch_group: {
        readonly framework_id: FrameworkId
        readonly framework_info: FrameworkInfo
        readonly executor: ExecutorInfo
        readonly task_group: { readonly tasks: readonly TaskInfo[] }
        readonly launch_executor?: boolean
      }
    }
  | {
      readonly type: 'KILL'
      readonly kill: {
        readonly framework_id: FrameworkId
        readonly task_id: TaskId
        readonly kill_policy?: KillPolicy
      }
    }
  | {
      readonly type: 'SHUTDOWN_EXECUTOR'
      readonly shutdown_executor: {
        readonly framework_id: FrameworkId
        readonly executor_id: ExecutorId
      }
    }
  /**
   * A framework has subscribed again, or says anew what it is: statuses of it that wait are sent at once.
   * @see UpdateFrameworkMessage in messages.proto of Apache Mesos
   */
  | {
      readonly type: 'UPDATE_FRAMEWORK'
      readonly update_framework: {
        readonly framework_id: FrameworkId
        readonly framework_info: FrameworkInfo
      }
    }
  /** The framework is over: its executors on this agent end. */
  | {
      readonly type: 'SHUTDOWN_FRAMEWORK'
      readonly shutdown_framework: { readonly framework_id: FrameworkId }
    }
  | {
      readonly type: 'ACKNOWLEDGE'
      readonly acknowledge: {
        readonly framework_id: FrameworkId
        readonly task_id: TaskId
        readonly uuid: Uint8Array
      }
    }
  | {
      readonly type: 'ACKNOWLEDGE_OPERATION'
      readonly acknowledge_operation: {
        readonly framework_id: FrameworkId
        readonly operation_id: OperationId
        readonly uuid: Uint8Array
      }
    }
  | {
      readonly type: 'MESSAGE'
      readonly message: {
        readonly framework_id: FrameworkId
        readonly executor_id: ExecutorId
        readonly data: Uint8Array
      }
    }
)

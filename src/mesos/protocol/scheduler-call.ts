import type { FrameworkInfo } from './framework.ts'
import type { AgentId, ExecutorId, FrameworkId, OfferId, OperationId, TaskId } from './ids.ts'
import type { Filters, Operation } from './offer.ts'
import type { KillPolicy } from './task.ts'

/** Opens (or, with `framework_id`, takes over) a framework. */
export interface SubscribeCall {
  readonly type: 'SUBSCRIBE'
  readonly framework_id?: FrameworkId
  readonly subscribe: {
    readonly framework_info: FrameworkInfo
    readonly suppressed_roles?: readonly string[]
  }
}

/** Ends the framework: its tasks and executors are killed. */
export interface TeardownCall {
  readonly type: 'TEARDOWN'
  readonly framework_id: FrameworkId
}

/** An operation that lacks what its type says (`malformed`), or that no agent carries out (`invalid`), and why. */
export interface InvalidOperation {
  readonly id?: OperationId
  readonly type: string
  readonly kind: 'malformed' | 'invalid'
  readonly reason: string
}

/** Uses offers of one agent. What the operations leave goes back with `filters`. */
export interface AcceptCall {
  readonly type: 'ACCEPT'
  readonly framework_id: FrameworkId
  readonly accept: {
    readonly offer_ids: readonly OfferId[]
    readonly operations: readonly Operation[]
    /** Operations that came from afar and are none; they are answered, and the others are carried out. */
    readonly invalid?: readonly InvalidOperation[]
    readonly filters?: Filters
  }
}

export interface DeclineCall {
  readonly type: 'DECLINE'
  readonly framework_id: FrameworkId
  readonly decline: { readonly offer_ids: readonly OfferId[]; readonly filters?: Filters }
}

/** Drops all filters and suppressions, of the roles given or of all. */
export interface ReviveCall {
  readonly type: 'REVIVE'
  readonly framework_id: FrameworkId
  readonly revive?: { readonly roles: readonly string[] }
}

/** No offers until REVIVE, for the roles given or for all. */
export interface SuppressCall {
  readonly type: 'SUPPRESS'
  readonly framework_id: FrameworkId
  readonly suppress?: { readonly roles: readonly string[] }
}

export interface KillCall {
  readonly type: 'KILL'
  readonly framework_id: FrameworkId
  readonly kill: {
    readonly task_id: TaskId
    readonly agent_id?: AgentId
    readonly kill_policy?: KillPolicy
  }
}

/** Asks an executor to shut down, with its tasks. */
export interface ShutdownCall {
  readonly type: 'SHUTDOWN'
  readonly framework_id: FrameworkId
  readonly shutdown: { readonly executor_id: ExecutorId; readonly agent_id: AgentId }
}

/** Ends the repetition of one status update. */
export interface AcknowledgeCall {
  readonly type: 'ACKNOWLEDGE'
  readonly framework_id: FrameworkId
  readonly acknowledge: {
    readonly agent_id: AgentId
    readonly task_id: TaskId
    readonly uuid: Uint8Array
  }
}

/** Asks for the latest status of the tasks named, or of all when there are none. */
export interface ReconcileCall {
  readonly type: 'RECONCILE'
  readonly framework_id: FrameworkId
  readonly reconcile: {
    readonly tasks: readonly { readonly task_id: TaskId; readonly agent_id?: AgentId }[]
  }
}

/** Ends the repetition of one status of an operation. */
export interface AcknowledgeOperationStatusCall {
  readonly type: 'ACKNOWLEDGE_OPERATION_STATUS'
  readonly framework_id: FrameworkId
  readonly acknowledge_operation_status: {
    readonly agent_id?: AgentId
    readonly operation_id: OperationId
    readonly uuid: Uint8Array
  }
}

/** Asks how the operations named stand, or all when there are none. */
export interface ReconcileOperationsCall {
  readonly type: 'RECONCILE_OPERATIONS'
  readonly framework_id: FrameworkId
  readonly reconcile_operations: {
    readonly operations?: readonly {
      readonly operation_id: OperationId
      readonly agent_id?: AgentId
    }[]
  }
}

/** Bytes for an executor; best effort. */
export interface MessageCall {
  readonly type: 'MESSAGE'
  readonly framework_id: FrameworkId
  readonly message: {
    readonly agent_id: AgentId
    readonly executor_id: ExecutorId
    readonly data: Uint8Array
  }
}

/** What a scheduler says to the master: the v1 scheduler calls. */
export type SchedulerCall =
  | SubscribeCall
  | TeardownCall
  | AcceptCall
  | DeclineCall
  | ReviveCall
  | SuppressCall
  | KillCall
  | ShutdownCall
  | AcknowledgeCall
  | ReconcileCall
  | AcknowledgeOperationStatusCall
  | ReconcileOperationsCall
  | MessageCall

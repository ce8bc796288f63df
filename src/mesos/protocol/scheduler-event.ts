import type { MasterInfo } from './agent-info.ts'
import type { AgentId, ExecutorId, FrameworkId, OfferId } from './ids.ts'
import type { Offer, OperationStatus } from './offer.ts'
import type { TaskStatus } from './task.ts'

export interface SubscribedEvent {
  readonly type: 'SUBSCRIBED'
  readonly subscribed: {
    readonly framework_id: FrameworkId
    readonly heartbeat_interval_seconds?: number
    readonly master_info?: MasterInfo
  }
}

export interface OffersEvent {
  readonly type: 'OFFERS'
  readonly offers: { readonly offers: readonly Offer[] }
}

/** An offer is no longer valid; using it has the answer of an unknown offer. */
export interface RescindEvent {
  readonly type: 'RESCIND'
  readonly rescind: { readonly offer_id: OfferId }
}

export interface UpdateEvent {
  readonly type: 'UPDATE'
  readonly update: { readonly status: TaskStatus }
}

/** What became of an operation with an id; with a `uuid` again and again, until it is acknowledged. */
export interface UpdateOperationStatusEvent {
  readonly type: 'UPDATE_OPERATION_STATUS'
  readonly update_operation_status: { readonly status: OperationStatus }
}

/** Bytes from an executor; best effort. */
export interface MessageEvent {
  readonly type: 'MESSAGE'
  readonly message: {
    readonly agent_id: AgentId
    readonly executor_id: ExecutorId
    readonly data: Uint8Array
  }
}

/** An agent is gone, or (with `executor_id`) one of its executors has ended with `status`. */
export interface FailureEvent {
  readonly type: 'FAILURE'
  readonly failure: {
    readonly agent_id?: AgentId
    readonly executor_id?: ExecutorId
    /** As wait(2) gives it: the exit code × 256, or the number of the signal. */
    readonly status?: number
  }
}

/** The subscription is over, and why. */
export interface ErrorEvent {
  readonly type: 'ERROR'
  readonly error: { readonly message: string }
}

export interface HeartbeatEvent {
  readonly type: 'HEARTBEAT'
}

/** What the master says to a scheduler: the v1 scheduler events. */
export type SchedulerEvent =
  | SubscribedEvent
  | OffersEvent
  | RescindEvent
  | UpdateEvent
  | UpdateOperationStatusEvent
  | MessageEvent
  | FailureEvent
  | ErrorEvent
  | HeartbeatEvent

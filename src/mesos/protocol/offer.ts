import type { ExecutorInfo } from './executor-info.ts'
import type { AgentId, ExecutorId, FrameworkId, OfferId, OperationId } from './ids.ts'
import type { Attribute, Resource, ScalarValue } from './resource.ts'
import type { TaskInfo } from './task.ts'

export interface Url {
  readonly scheme: string
  readonly address: { readonly hostname?: string; readonly ip?: string; readonly port: number }
  readonly path: string
}

/** Free resources of one agent, held for one framework until it answers or they are rescinded. */
export interface Offer {
  readonly id: OfferId
  readonly framework_id: FrameworkId
  readonly agent_id: AgentId
  readonly hostname: string
  readonly url?: Url
  readonly resources: readonly Resource[]
  readonly attributes?: readonly Attribute[]
  /** Executors of this framework that already run there. */
  readonly executor_ids?: readonly ExecutorId[]
  /** The role that the resources are allocated to; for frameworks that may have several. */
  readonly allocation_info?: { readonly role: string }
}

/** How long resources that go back are not offered to the framework again. */
export interface Filters {
  /** Seconds; default 5, at most a year; a negative one means the default. */
  readonly refuse_seconds?: number
}

/** What a framework does with what it was offered; several are carried out in their order. */
export type Operation =
  | {
      readonly type: 'LAUNCH'
      readonly id?: OperationId
      readonly launch: { readonly task_infos: readonly TaskInfo[] }
    }
  | {
      readonly type: 'LAUNCH_GROUP'
      readonly id?: OperationId
      readonly launch_group: {
        readonly executor: ExecutorInfo
        readonly task_group: { readonly tasks: readonly TaskInfo[] }
      }
    }
  | {
      readonly type: 'RESERVE'
      readonly id?: OperationId
      readonly reserve: {
        /** As they are to be, with the new reservation last. */
        readonly resources: readonly Resource[]
        /** What they are made of; without it, the same with one reservation less. */
        readonly source?: readonly Resource[]
      }
    }
  | {
      readonly type: 'UNRESERVE'
      readonly id?: OperationId
      readonly unreserve: { readonly resources: readonly Resource[] }
    }
  | {
      readonly type: 'CREATE'
      readonly id?: OperationId
      readonly create: { readonly volumes: readonly Resource[] }
    }
  | {
      readonly type: 'DESTROY'
      readonly id?: OperationId
      readonly destroy: { readonly volumes: readonly Resource[] }
    }
  | {
      readonly type: 'GROW_VOLUME'
      readonly id?: OperationId
      readonly grow_volume: { readonly volume: Resource; readonly addition: Resource }
    }
  | {
      readonly type: 'SHRINK_VOLUME'
      readonly id?: OperationId
      readonly shrink_volume: { readonly volume: Resource; readonly subtract: ScalarValue }
    }

/**
 * FINISHED: done, and known to the agent. ERROR: not done, and nothing changed. DROPPED: never came to its agent. PENDING: under
 * way. The others are said of operations that the master does not know, or can't know of.
 */
export type OperationState =
  | 'OPERATION_PENDING'
  | 'OPERATION_FINISHED'
  | 'OPERATION_ERROR'
  | 'OPERATION_DROPPED'
  | 'OPERATION_UNREACHABLE'
  | 'OPERATION_GONE_BY_OPERATOR'
  | 'OPERATION_RECOVERING'
  | 'OPERATION_UNKNOWN'

/** What became of an operation that was given an id. */
export interface OperationStatus {
  readonly operation_id?: OperationId
  readonly state: OperationState
  readonly message?: string
  /** Of a status that is said again until it is acknowledged. */
  readonly uuid?: { readonly value: Uint8Array }
  readonly agent_id?: AgentId
}

import type { ExecutorInfo } from './executor-info.ts'
import type { AgentId, ExecutorId, FrameworkId, OfferId, OperationId } from './ids.ts'
import type { Attribute, Resource } from './resource.ts'
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
  /** The role that the resources are allocated to. */
  readonly allocation_info?: { readonly role: string }
}

/** How long resources that go back are not offered to the framework again. */
export interface Filters {
  /** Seconds; default 5, at most a year; a negative one means the default. */
  readonly refuse_seconds?: number
}

/** What a framework does with an offer. Only LAUNCH is carried out yet; others are answered with ERROR. */
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
      readonly reserve: { readonly resources: readonly Resource[] }
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

import type { FrameworkId } from './ids.ts'
import type { Labels, ScalarValue } from './resource.ts'

export type FrameworkCapability =
  | 'REVOCABLE_RESOURCES'
  | 'TASK_KILLING_STATE'
  | 'GPU_RESOURCES'
  | 'SHARED_RESOURCES'
  | 'PARTITION_AWARE'
  | 'MULTI_ROLE'
  | 'RESERVATION_REFINEMENT'
  | 'REGION_AWARE'

/** Who a scheduler is. With MULTI_ROLE it names `roles`, otherwise `role` (default `'*'`). */
export interface FrameworkInfo {
  readonly user: string
  readonly name: string
  /** Set to subscribe again as the framework that had this id. */
  readonly id?: FrameworkId
  /** Seconds that its tasks outlive its connection; default 0. */
  readonly failover_timeout?: number
  readonly checkpoint?: boolean
  readonly role?: string
  readonly roles?: readonly string[]
  readonly hostname?: string
  readonly principal?: string
  readonly webui_url?: string
  /** One that this master does not know comes without a type. */
  readonly capabilities?: readonly { readonly type?: FrameworkCapability }[]
  readonly labels?: Labels
  /** By role: what an offer must have. */
  readonly offer_filters?: Readonly<Record<string, OfferFilters>>
}

/** What a framework wants of the offers for one of its roles. */
export interface OfferFilters {
  /** An offer must have all of one of these; of none: whatever there is. The master's own minimum where absent. */
  readonly min_allocatable_resources?: {
    readonly quantities?: readonly {
      readonly quantities?: Readonly<Record<string, ScalarValue>>
    }[]
  }
}

/** The roles that `info` subscribes for: at least one, without duplicates, in its order. */
export function rolesOf(info: FrameworkInfo): readonly string[] {
  if (info.roles !== undefined && hasCapability(info, 'MULTI_ROLE')) return [...new Set(info.roles)]
  return [info.role ?? '*']
}

export function hasCapability(info: FrameworkInfo, capability: FrameworkCapability): boolean {
  return info.capabilities?.some((one) => one.type === capability) ?? false
}

import type { Quantities } from '../resources/index.ts'
import { pack, type Names, type Packed } from './packed.ts'

/** What a role is sure to get, and the most it may have. Set for whole roles at the top (`a`, not `a/b`). */
export interface Quota {
  readonly guarantees: Quantities
  /** A name that is absent has no limit. */
  readonly limits: Quantities
}

/** A quota ready for arithmetic. */
export interface PackedQuota {
  readonly quota: Quota
  readonly guarantees: Packed
  /** `Infinity` where there is no limit. */
  readonly limits: Packed
}

/**
 * What a role at the top, with all below it, counts against its quota: reservations, whether anybody holds them or not, and
 * the unreserved that is held.
 */
export interface RoleUse {
  readonly reserved: Packed
  readonly unreserved: Packed
}

export const noUse: RoleUse = { reserved: [], unreserved: [] }

export function packQuota(names: Names, quota: Quota): PackedQuota {
  const { guarantees, limits } = quota
  return {
    quota,
    guarantees: pack(names, guarantees),
    limits: pack(names, limits, Number.POSITIVE_INFINITY),
  }
}

/** Whether it is as if there were none. */
export function isDefaultQuota({ guarantees, limits }: Quota): boolean {
  return guarantees.size === 0 && limits.size === 0
}

/** `a` of `a/b/c`. */
export function topOf(role: string): string {
  const end = role.indexOf('/')
  return end === -1 ? role : role.slice(0, end)
}

import type { DiskInfo, ReservationInfo, Resource } from '../protocol/index.ts'
import { isBelow } from './role.ts'

/** What makes two resources the same thing, so that their amounts add up. */
export interface ResourceIdentity {
  readonly name: string
  /** From the outermost to the most refined; empty is unreserved. */
  readonly reservations: readonly ReservationInfo[]
  /** The role it is allocated to, if it is. */
  readonly allocationRole: string | undefined
  /** How it is mounted (`volume`) is said, but does not tell one disk from another. */
  readonly disk: DiskInfo | undefined
  readonly isRevocable: boolean
  readonly isShared: boolean
  /** One string for all of the above; what maps are indexed by, together with the size of what is whole. */
  readonly key: string
}

/** The identity of a resource on the wire, in the old form of reservations or in the refined one. */
export function identityOf(resource: Resource): ResourceIdentity {
  const { name, allocation_info, disk, revocable, shared } = resource
  const reservations = reservationsOf(resource)
  const allocationRole = allocation_info?.role
  const isRevocable = revocable !== undefined
  const isShared = shared !== undefined
  return makeIdentity({ name, reservations, allocationRole, disk, isRevocable, isShared })
}

/** The same resource, otherwise reserved, allocated or used as a disk. */
export function changed(
  identity: ResourceIdentity,
  change: Partial<Pick<ResourceIdentity, 'reservations' | 'allocationRole' | 'disk' | 'isShared'>>,
): ResourceIdentity {
  return makeIdentity({ ...identity, ...change })
}

/** The same resource, allocated to `role` or (undefined) to none. */
export function withAllocationRole(
  identity: ResourceIdentity,
  role: string | undefined,
): ResourceIdentity {
  return identity.allocationRole === role ? identity : changed(identity, { allocationRole: role })
}

/** The disk as it was before a volume was created on it, or is once that is destroyed. */
export function withoutVolume(identity: ResourceIdentity): ResourceIdentity {
  const source = identity.disk?.source
  return changed(identity, { disk: source === undefined ? undefined : { source }, isShared: false })
}

/** The role that `identity` is reserved for, `'*'` for none. */
export function reservationRole(identity: ResourceIdentity): string {
  return identity.reservations.at(-1)?.role ?? '*'
}

/** Whether `role` may use it by reservation: it is reserved for it, or for a role above it (`a` for `a/b`). */
export function isReservedFor(identity: ResourceIdentity, role: string): boolean {
  const owner = identity.reservations.at(-1)?.role
  return owner !== undefined && (role === owner || isBelow(role, owner))
}

export function isDynamic(identity: ResourceIdentity): boolean {
  return identity.reservations.at(-1)?.type === 'DYNAMIC'
}

export function isVolume(identity: ResourceIdentity): boolean {
  return identity.disk?.persistence !== undefined
}

/** Whether it can't be parted: a volume, and a disk that is mounted as a whole. */
export function isWhole(identity: ResourceIdentity): boolean {
  return isVolume(identity) || identity.disk?.source?.type === 'MOUNT'
}

const noReservations: readonly ReservationInfo[] = []

/** The stack of reservations, whichever form says it. */
export function reservationsOf(resource: Resource): readonly ReservationInfo[] {
  if (resource.reservations !== undefined && resource.reservations.length > 0) {
    return resource.reservations
  }
  const { role, reservation } = resource
  if (role === undefined || role === '*') return noReservations
  return [
    reservation === undefined
      ? { type: 'STATIC', role }
      : { type: 'DYNAMIC', role, ...reservation },
  ]
}

function makeIdentity(parts: Omit<ResourceIdentity, 'key'>): ResourceIdentity {
  const { name, reservations, allocationRole, disk, isRevocable, isShared } = parts
  const isPlain = reservations.length === 0 && disk === undefined && !isRevocable && !isShared
  if (isPlain) return plainIdentity(name, allocationRole)
  const rest = JSON.stringify([
    reservations.map((one) => [
      one.type,
      one.role,
      one.principal ?? null,
      one.labels?.labels.map((label) => [label.key, label.value ?? null]) ?? null,
    ]),
    disk === undefined ? null : diskParts(disk),
    isRevocable,
    isShared,
  ])
  return {
    name,
    reservations,
    allocationRole,
    disk,
    isRevocable,
    isShared,
    key: `${name}|${allocationRole ?? ''}|${rest}`,
  }
}

/** Most resources are plain, of few names and roles, and every task has some: those of a name and a role are one object. */
const plain = new Map<string | undefined, Map<string, ResourceIdentity>>()
let plains = 0
/** Names and roles are for users to choose: so many at once, then it begins anew. */
const MOST_PLAIN = 10_000

function plainIdentity(name: string, allocationRole: string | undefined): ResourceIdentity {
  const known = plain.get(allocationRole)?.get(name)
  if (known !== undefined) return known
  const identity: ResourceIdentity = {
    name,
    reservations: [],
    allocationRole,
    disk: undefined,
    isRevocable: false,
    isShared: false,
    key: `${name}|${allocationRole ?? ''}|`,
  }
  if (++plains > MOST_PLAIN) {
    plain.clear()
    plains = 1
  }
  const ofRole = plain.get(allocationRole)
  if (ofRole === undefined) plain.set(allocationRole, new Map([[name, identity]]))
  else ofRole.set(name, identity)
  return identity
}

function diskParts({ persistence, source }: DiskInfo): readonly unknown[] {
  return [
    persistence?.id ?? null,
    source?.type ?? null,
    source?.path?.root ?? null,
    source?.mount?.root ?? null,
  ]
}

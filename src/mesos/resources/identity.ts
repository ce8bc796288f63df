import type { DiskInfo, ReservationInfo, Resource } from '../protocol/index.ts'

/** What makes two resources the same thing, so that their amounts add up. */
export interface ResourceIdentity {
  readonly name: string
  /** From the outermost to the most refined; empty is unreserved. */
  readonly reservations: readonly ReservationInfo[]
  /** The role it is allocated to, if it is. */
  readonly allocationRole: string | undefined
  readonly disk: DiskInfo | undefined
  readonly isRevocable: boolean
  readonly isShared: boolean
  /** One string for all of the above; what maps are indexed by. */
  readonly key: string
}

/** The identity of a resource on the wire; the old `role` field counts as one static reservation. */
export function identityOf(resource: Resource): ResourceIdentity {
  return makeIdentity({
    name: resource.name,
    reservations: reservationsOf(resource),
    allocationRole: resource.allocation_info?.role,
    disk: resource.disk,
    isRevocable: resource.revocable !== undefined,
    isShared: resource.shared !== undefined,
  })
}

/** The same resource, allocated to `role` or (undefined) to none. */
export function withAllocationRole(
  identity: ResourceIdentity,
  role: string | undefined,
): ResourceIdentity {
  return identity.allocationRole === role
    ? identity
    : makeIdentity({ ...identity, allocationRole: role })
}

/** The role that `identity` is reserved for, `'*'` for none. */
export function reservationRole(identity: ResourceIdentity): string {
  return identity.reservations.at(-1)?.role ?? '*'
}

function reservationsOf(resource: Resource): readonly ReservationInfo[] {
  if (resource.reservations !== undefined && resource.reservations.length > 0) {
    return resource.reservations
  }
  if (resource.role === undefined || resource.role === '*') return []
  return [{ type: 'STATIC', role: resource.role }]
}

function makeIdentity(parts: Omit<ResourceIdentity, 'key'>): ResourceIdentity {
  const { name, reservations, allocationRole, disk, isRevocable, isShared } = parts
  const isPlain = reservations.length === 0 && disk === undefined && !isRevocable && !isShared
  const rest = isPlain
    ? ''
    : JSON.stringify([
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
  return { ...parts, key: `${name}|${allocationRole ?? ''}|${rest}` }
}

function diskParts(disk: DiskInfo): readonly unknown[] {
  return [
    disk.persistence?.id ?? null,
    disk.persistence?.principal ?? null,
    disk.volume?.mode ?? null,
    disk.volume?.container_path ?? null,
    disk.volume?.host_path ?? null,
    disk.source?.type ?? null,
    disk.source?.path?.root ?? null,
    disk.source?.mount?.root ?? null,
  ]
}

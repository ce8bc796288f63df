import {
  changed,
  isDynamic,
  isReservedFor,
  isVolume,
  withoutVolume,
  type ResourceIdentity,
} from './identity.ts'
import { mapIdentities, type Resources } from './resources.ts'

/** The part whose identity satisfies `wanted`. */
export function select(
  resources: Resources,
  wanted: (identity: ResourceIdentity) => boolean,
): Resources {
  return new Map([...resources].filter(([, item]) => wanted(item.identity)))
}

/** The part that is reserved for nobody. */
export function unreserved(resources: Resources): Resources {
  return select(resources, (identity) => identity.reservations.length === 0)
}

/** The part that `role` may use by reservation: reserved for it or for a role above it (`a` for `a/b`). */
export function reservedFor(resources: Resources, role: string): Resources {
  return select(resources, (identity) => isReservedFor(identity, role))
}

/** The part that only one at a time can use: all but shared volumes. */
export function exclusivePart(resources: Resources): Resources {
  for (const { identity } of resources.values()) {
    if (identity.isShared) return select(resources, (one) => !one.isShared)
  }
  return resources
}

/** As many may use each of its shared volumes as do: one copy of it is enough for all of them. */
export function sharedOnce(resources: Resources): Resources {
  const exclusive = exclusivePart(resources)
  if (exclusive === resources) return resources
  const shared = [...resources].flatMap(([key, item]) =>
    item.identity.isShared && item.amount.kind === 'copies'
      ? [[key, { ...item, amount: { ...item.amount, copies: 1 } }] as const]
      : [],
  )
  return new Map([...exclusive, ...shared])
}

/** The part that an agent must keep: reserved dynamically, or with a volume on it. */
export function checkpointedPart(resources: Resources): Resources {
  return select(resources, (identity) => isDynamic(identity) || isVolume(identity))
}

/** The same without their most refined reservation. */
export function withoutLastReservation(resources: Resources): Resources {
  return mapIdentities(resources, (identity) =>
    changed(identity, { reservations: identity.reservations.slice(0, -1) }),
  )
}

/** The same, reserved for nobody. */
export function toUnreserved(resources: Resources): Resources {
  return mapIdentities(resources, (identity) => changed(identity, { reservations: [] }))
}

/** The same with the disks as they were before volumes were created on them. */
export function withoutVolumes(resources: Resources): Resources {
  return mapIdentities(resources, (identity) =>
    isVolume(identity) ? withoutVolume(identity) : identity,
  )
}

/** The same as an agent's flags may have said them: without volumes and dynamic reservations. */
export function asConfigured(resources: Resources): Resources {
  return mapIdentities(withoutVolumes(resources), (identity) =>
    changed(identity, {
      reservations: identity.reservations.filter(({ type }) => type === 'STATIC'),
    }),
  )
}

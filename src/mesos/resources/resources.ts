import { MesosError } from '../errors.ts'
import type { Resource } from '../protocol/index.ts'
import {
  addAmounts,
  containsAmount,
  isZero,
  normalItems,
  normalRanges,
  subtractAmounts,
  toThousandths,
  type Amount,
} from './amount.ts'
import { formatResources } from './format.ts'
import { identityOf, reservationRole, withAllocationRole } from './identity.ts'
import type { ResourceIdentity } from './identity.ts'

/** One resource: what it is, and how much of it. */
export interface ResourceItem {
  readonly identity: ResourceIdentity
  readonly amount: Amount
}

/** A bundle of resources, by the key of their identities; nothing in it is zero. Immutable. */
export type Resources = ReadonlyMap<string, ResourceItem>

/** Nothing. */
export const noResources: Resources = new Map()

/**
 * Resources from their wire form; equal ones are summed, zeros dropped.
 * @throws TROUPE_MESOS_RESOURCE_INVALID for an amount that can't be, or two types under one name.
 */
export function fromWire(wire: readonly Resource[]): Resources {
  const bundle = new Map<string, ResourceItem>()
  for (const resource of wire) put(bundle, identityOf(resource), amountOf(resource))
  return bundle
}

/** The wire form: `role` always, `reservations` where there are any, so that both old and new readers see it. */
export function toWire(resources: Resources): readonly Resource[] {
  return [...resources.values()].map(({ identity, amount }) => {
    const base = {
      name: identity.name,
      role: reservationRole(identity),
      ...(identity.reservations.length > 0 && { reservations: identity.reservations }),
      ...(identity.allocationRole !== undefined && {
        allocation_info: { role: identity.allocationRole },
      }),
      ...(identity.disk !== undefined && { disk: identity.disk }),
      ...(identity.isRevocable && { revocable: {} }),
      ...(identity.isShared && { shared: {} }),
    }
    switch (amount.kind) {
      case 'scalar':
        return { ...base, type: 'SCALAR', scalar: { value: amount.thousandths / 1000 } }
      case 'ranges':
        return { ...base, type: 'RANGES', ranges: { range: amount.ranges } }
      case 'set':
        return { ...base, type: 'SET', set: { item: amount.items } }
    }
  })
}

/** Both together. @throws TROUPE_MESOS_RESOURCE_INVALID for two types under one name. */
export function add(a: Resources, b: Resources): Resources {
  if (a.size === 0) return b
  if (b.size === 0) return a
  const sum = new Map(a)
  for (const { identity, amount } of b.values()) put(sum, identity, amount)
  return sum
}

/** Whether all of `b` is in `a`: same names, reservations, allocation and disks, and as much. */
export function contains(a: Resources, b: Resources): boolean {
  for (const [key, { amount }] of b) {
    const held = a.get(key)
    if (held === undefined || !containsAmount(held.amount, amount)) return false
  }
  return true
}

/** `a` without `b`. @throws TROUPE_MESOS_RESOURCES_NOT_CONTAINED */
export function subtract(a: Resources, b: Resources): Resources {
  if (b.size === 0) return a
  const rest = new Map(a)
  for (const [key, item] of b) {
    const held = rest.get(key)
    if (held === undefined || !containsAmount(held.amount, item.amount)) {
      throw new MesosError(
        'TROUPE_MESOS_RESOURCES_NOT_CONTAINED',
        `Can't take ${formatResources(b)} from ${formatResources(a)}: there is too little '${item.identity.name}'.`,
        { data: { from: formatResources(a), wanted: formatResources(b) } },
      )
    }
    const left = subtractAmounts(held.amount, item.amount)
    if (isZero(left)) rest.delete(key)
    else rest.set(key, { identity: held.identity, amount: left })
  }
  return rest
}

export function isEmpty(resources: Resources): boolean {
  return resources.size === 0
}

export function equals(a: Resources, b: Resources): boolean {
  return a.size === b.size && contains(a, b) && contains(b, a)
}

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
  return select(resources, (identity) => {
    if (identity.reservations.length === 0) return false
    const owner = reservationRole(identity)
    return role === owner || role.startsWith(`${owner}/`)
  })
}

/** The same resources, allocated to `role`; whatever allocation they had is replaced. */
export function allocateTo(resources: Resources, role: string): Resources {
  return mapIdentities(resources, (identity) => withAllocationRole(identity, role))
}

/** The same resources, allocated to nobody: what the agent itself calls them. */
export function unallocated(resources: Resources): Resources {
  return mapIdentities(resources, (identity) => withAllocationRole(identity, undefined))
}

/** Sum of the scalars called `name`, whatever their reservation; 0 if there are none. */
export function scalarOf(resources: Resources, name: string): number {
  let thousandths = 0
  for (const { identity, amount } of resources.values()) {
    if (identity.name === name && amount.kind === 'scalar') thousandths += amount.thousandths
  }
  return thousandths / 1000
}

function mapIdentities(
  resources: Resources,
  change: (identity: ResourceIdentity) => ResourceIdentity,
): Resources {
  const mapped = new Map<string, ResourceItem>()
  for (const { identity, amount } of resources.values()) put(mapped, change(identity), amount)
  return mapped
}

function put(bundle: Map<string, ResourceItem>, identity: ResourceIdentity, amount: Amount): void {
  if (isZero(amount)) return
  const held = bundle.get(identity.key)
  const sum = held === undefined ? amount : addAmounts(held.amount, amount)
  if (sum === undefined) {
    throw new MesosError(
      'TROUPE_MESOS_RESOURCE_INVALID',
      `Resource '${identity.name}' appears both as ${held?.amount.kind} and as ${amount.kind}; a name has one type.`,
      { data: { name: identity.name } },
    )
  }
  bundle.set(identity.key, { identity, amount: sum })
}

function amountOf(resource: Resource): Amount {
  switch (resource.type) {
    case 'SCALAR':
      return { kind: 'scalar', thousandths: toThousandths(resource.scalar.value, resource.name) }
    case 'RANGES':
      return { kind: 'ranges', ranges: normalRanges(resource.ranges.range, resource.name) }
    case 'SET':
      return { kind: 'set', items: normalItems(resource.set.item) }
  }
}

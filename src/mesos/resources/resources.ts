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
import { identityOf, isWhole, withAllocationRole } from './identity.ts'
import type { ResourceIdentity } from './identity.ts'

/** One resource: what it is, and how much of it. */
export interface ResourceItem {
  readonly identity: ResourceIdentity
  readonly amount: Amount
}

/** A bundle of resources, by their keys; nothing in it is zero. Immutable. */
export type Resources = ReadonlyMap<string, ResourceItem>

/** Nothing. */
export const noResources: Resources = new Map()

/**
 * Resources from their wire form; equal ones are summed, zeros dropped.
 * @throws TROUPE_MESOS_RESOURCE_INVALID for an amount that can't be
 */
export function fromWire(wire: readonly Resource[]): Resources {
  const bundle = new Map<string, ResourceItem>()
  for (const resource of wire) {
    const identity = identityOf(resource)
    put(bundle, identity, amountOf(resource, identity))
  }
  return bundle
}

/** Both together. */
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

/** What of `a` is not in `b`; unlike `subtract` it may be asked of any two. */
export function without(a: Resources, b: Resources): Resources {
  const rest = new Map(a)
  for (const [key, { identity, amount }] of a) {
    const other = b.get(key)
    if (other === undefined) continue
    const isAll = containsAmount(other.amount, amount)
    const left = isAll ? undefined : subtractAmounts(amount, other.amount)
    if (left === undefined || isZero(left)) rest.delete(key)
    else rest.set(key, { identity, amount: left })
  }
  return rest
}

export function isEmpty(resources: Resources): boolean {
  return resources.size === 0
}

export function equals(a: Resources, b: Resources): boolean {
  return a.size === b.size && contains(a, b) && contains(b, a)
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
    if (identity.name === name) thousandths += thousandthsOf(identity, amount)
  }
  return thousandths / 1000
}

/** How much it counts for; something shared once, however many copies there are. 0 for ranges and sets. */
export function thousandthsOf({ isShared }: ResourceIdentity, amount: Amount): number {
  if (amount.kind === 'scalar') return amount.thousandths
  if (amount.kind !== 'copies') return 0
  return isShared ? amount.thousandths : amount.thousandths * amount.copies
}

/** The same amounts, each of what `change` makes of its identity. */
export function mapIdentities(
  resources: Resources,
  change: (identity: ResourceIdentity) => ResourceIdentity,
): Resources {
  const mapped = new Map<string, ResourceItem>()
  for (const { identity, amount } of resources.values()) {
    const next = change(identity)
    put(mapped, next, isWhole(next) ? amount : parted(amount))
  }
  return mapped
}

/** Of what was whole and is so no more, such as the disk under a volume that is destroyed. */
function parted(amount: Amount): Amount {
  if (amount.kind !== 'copies') return amount
  return { kind: 'scalar', thousandths: amount.thousandths * amount.copies }
}

function put(bundle: Map<string, ResourceItem>, identity: ResourceIdentity, amount: Amount): void {
  if (isZero(amount)) return
  const key = keyOf(identity, amount)
  const held = bundle.get(key)
  if (held === undefined) bundle.set(key, { identity, amount })
  else bundle.set(key, { identity: held.identity, amount: addAmounts(held.amount, amount) })
}

/** Where it stands in a bundle. Things that can't be parted are the same only if they are of one size. */
function keyOf({ key }: ResourceIdentity, amount: Amount): string {
  if (amount.kind === 'scalar') return key
  return amount.kind === 'copies' ? `${key}|${amount.thousandths}` : `${key}|${amount.kind}`
}

function amountOf(resource: Resource, identity: ResourceIdentity): Amount {
  switch (resource.type) {
    case 'SCALAR': {
      const thousandths = toThousandths(resource.scalar.value, resource.name)
      return isWhole(identity)
        ? { kind: 'copies', thousandths, copies: 1 }
        : { kind: 'scalar', thousandths }
    }
    case 'RANGES':
      return { kind: 'ranges', ranges: normalRanges(resource.ranges.range, resource.name) }
    case 'SET':
      return { kind: 'set', items: normalItems(resource.set.item) }
  }
}

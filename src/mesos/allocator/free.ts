import {
  noResources,
  reservationRole,
  select,
  thousandthsOf,
  type ResourceIdentity,
  type ResourceItem,
  type Resources,
} from '../resources/index.ts'
import { amountAt, isNone, none, packScalars, type Names, type Packed } from './packed.ts'

/** What nobody holds on an agent, taken apart as allocation needs it. Nothing in it is allocated to a role. */
export interface Free {
  readonly all: Resources
  /** What may go to any role. */
  readonly unreserved: Resources
  /** The unreserved scalars that are not revocable: what quota and headroom are about, and what is chopped for them. */
  readonly scalars: Packed
  /** The rest of the unreserved: never chopped. */
  readonly others: Resources
  /** Scalars among `others`, which are revocable. */
  readonly otherScalars: Packed
  /** By the role that it is reserved for. */
  readonly reserved: ReadonlyMap<string, Resources>
  /** Whether it has something that a framework must be capable of: revocable, shared, or reserved in levels. */
  readonly isSpecial: boolean
}

export const nothingFree: Free = {
  all: noResources,
  unreserved: noResources,
  scalars: none,
  others: noResources,
  otherScalars: none,
  reserved: new Map(),
  isSpecial: false,
}

/** Takes `all` apart; its scalars are in `names`. */
export function freeOf(names: Names, all: Resources): Free {
  if (all.size === 0) return nothingFree
  let isPlain = true
  let isSpecial = false
  for (const { identity } of all.values()) {
    if (identity.reservations.length > 0) isPlain = false
    if (needsCapability(identity)) isSpecial = true
  }
  const unreserved = isPlain ? all : select(all, (one) => one.reservations.length === 0)
  const others = withoutPlainScalars(unreserved)
  const otherScalars = others.size === 0 ? none : packScalars(names, others)
  const chopped =
    isNone(otherScalars) && others.size === 0
      ? unreserved
      : new Map([...unreserved].filter(([key]) => !others.has(key)))
  const scalars = packScalars(names, chopped)
  const reserved = isPlain ? nothingFree.reserved : byOwner(all)
  return { all, unreserved, scalars, others, otherScalars, reserved, isSpecial }
}

/** What of the reserved is for `role`: reserved for it, or for a role above it (`a` for `a/b`). */
export function reservedIn(free: Free, role: string): Resources {
  if (free.reserved.size === 0) return noResources
  let found = noResources
  for (const [owner, resources] of free.reserved) {
    if (role !== owner && !role.startsWith(`${owner}/`)) continue
    found = found.size === 0 ? resources : new Map([...found, ...resources])
  }
  return found
}

/**
 * The unreserved, with at most `amounts` of each scalar. A disk that can't be split is there as a whole or not at all.
 */
export function chopped(names: Names, free: Free, amounts: Packed): Resources {
  const left = [...amounts]
  const kept = new Map<string, ResourceItem>()
  for (const [key, item] of free.unreserved) {
    const { identity, amount } = item
    if (free.others.has(key)) {
      kept.set(key, item)
      continue
    }
    const at = names.index.get(identity.name) ?? -1
    const most = at === -1 ? 0 : amountAt(left, at)
    const whole = thousandthsOf(identity, amount)
    const thousandths = Math.min(most, whole)
    if (thousandths === 0 || (thousandths < whole && amount.kind === 'copies')) continue
    left[at] = most - thousandths
    kept.set(
      key,
      thousandths === whole ? item : { identity, amount: { kind: 'scalar', thousandths } },
    )
  }
  return kept
}

function withoutPlainScalars(unreserved: Resources): Resources {
  let others: Map<string, ResourceItem> | undefined
  for (const [key, item] of unreserved) {
    const { kind } = item.amount
    const isScalar = kind === 'scalar' || kind === 'copies'
    if (isScalar && !item.identity.isRevocable) continue
    others ??= new Map()
    others.set(key, item)
  }
  return others ?? noResources
}

function byOwner(all: Resources): ReadonlyMap<string, Resources> {
  const owners = new Map<string, Map<string, ResourceItem>>()
  for (const [key, item] of all) {
    if (item.identity.reservations.length === 0) continue
    const owner = reservationRole(item.identity)
    const own = owners.get(owner) ?? new Map<string, ResourceItem>()
    owners.set(owner, own.set(key, item))
  }
  return owners
}

function needsCapability({ isRevocable, isShared, reservations }: ResourceIdentity): boolean {
  return isRevocable || isShared || reservations.length > 1
}

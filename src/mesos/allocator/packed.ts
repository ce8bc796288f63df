import { thousandthsOf, type Quantities, type Resources } from '../resources/index.ts'

/**
 * Quantities packed for arithmetic: thousandths by the index of their name in {@link Names}. What lies beyond the end is
 * zero. Immutable.
 */
export type Packed = readonly number[]

/** The names of scalars that this allocator has met, by index. Only ever grows, so older packed quantities stay valid. */
export interface Names {
  readonly list: readonly string[]
  readonly index: ReadonlyMap<string, number>
}

export const noNames: Names = { list: [], index: new Map() }
/** Nothing of anything. */
export const none: Packed = []

/** The names with those of `quantities` among them. */
export function withNames(names: Names, quantities: Quantities): Names {
  let next = names
  for (const name of quantities.keys()) {
    if (next.index.has(name)) continue
    const list = [...next.list, name]
    next = { list, index: new Map(next.index).set(name, list.length - 1) }
  }
  return next
}

/** `absent` stands for names that `quantities` doesn't have; names that are not in `names` are left out. */
export function pack(names: Names, quantities: Quantities, absent: number = 0): Packed {
  if (quantities.size === 0) return none
  const packed = names.list.map(() => absent)
  for (const [name, thousandths] of quantities) {
    const at = names.index.get(name)
    if (at !== undefined) packed[at] = thousandths
  }
  return packed
}

/** The scalars of `resources`, whatever they are reserved for or allocated to; names that are not in `names` are left out. */
export function packScalars(names: Names, resources: Resources): Packed {
  if (resources.size === 0) return none
  const packed: number[] = names.list.map(() => 0)
  let isAny = false
  for (const { identity, amount } of resources.values()) {
    const thousandths = thousandthsOf(identity, amount)
    const at = thousandths === 0 ? undefined : names.index.get(identity.name)
    if (at === undefined) continue
    packed[at] = amountAt(packed, at) + thousandths
    isAny = true
  }
  return isAny ? packed : none
}

/** Without zeros. */
export function unpack(names: Names, packed: Packed): Quantities {
  const quantities = new Map<string, number>()
  packed.forEach((thousandths, at) => {
    const name = names.list[at]
    if (thousandths > 0 && name !== undefined) quantities.set(name, thousandths)
  })
  return quantities
}

export function amountAt(packed: Packed, at: number): number {
  return at < packed.length ? (packed[at] as number) : 0
}

export function plus(a: Packed, b: Packed): Packed {
  if (a.length === 0) return b
  if (b.length === 0) return a
  const length = Math.max(a.length, b.length)
  const sum: number[] = []
  for (let i = 0; i < length; i++) sum.push(amountAt(a, i) + amountAt(b, i))
  return sum
}

/** `a` without `b`; what would be negative is zero. */
export function minus(a: Packed, b: Packed): Packed {
  if (a.length === 0 || b.length === 0) return a
  const rest: number[] = []
  for (let i = 0; i < a.length; i++) rest.push(Math.max(0, amountAt(a, i) - amountAt(b, i)))
  return rest
}

/** Of each the lesser. */
export function least(a: Packed, b: Packed): Packed {
  const both: number[] = []
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    both.push(Math.min(amountAt(a, i), amountAt(b, i)))
  }
  return both
}

/** Whether there is at least as much of everything in `a` as in `b`. */
export function covers(a: Packed, b: Packed): boolean {
  for (let i = 0; i < b.length; i++) if (amountAt(a, i) < amountAt(b, i)) return false
  return true
}

export function isNone(packed: Packed): boolean {
  for (let i = 0; i < packed.length; i++) if (amountAt(packed, i) > 0) return false
  return true
}

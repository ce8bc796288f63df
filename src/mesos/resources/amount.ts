import { MesosError } from '../errors.ts'
import type { Range } from '../protocol/index.ts'

/**
 * How much of one resource. Scalars are whole thousandths, so that sums are exact and 0.1 + 0.2 is 0.3;
 * ranges are sorted, disjoint and not adjacent; items are sorted and distinct. What can't be parted (a volume, a mounted
 * disk) is so many copies of its size; more than one only of what is shared.
 */
export type Amount =
  | { readonly kind: 'scalar'; readonly thousandths: number }
  | { readonly kind: 'ranges'; readonly ranges: readonly Range[] }
  | { readonly kind: 'set'; readonly items: readonly string[] }
  | { readonly kind: 'copies'; readonly thousandths: number; readonly copies: number }

/** Thousandths of `value`, rounded. @throws TROUPE_MESOS_RESOURCE_INVALID */
export function toThousandths(value: number, name: string): number {
  const thousandths = Math.round(value * 1000)
  if (!Number.isSafeInteger(thousandths) || thousandths < 0) {
    throw new MesosError(
      'TROUPE_MESOS_RESOURCE_INVALID',
      `Resource '${name}' has the scalar ${value}; it must be a number from 0 to about 9e12.`,
      { data: { name, value } },
    )
  }
  return thousandths
}

/** Sorts and joins ranges. @throws TROUPE_MESOS_RESOURCE_INVALID for a range that is not whole and ascending. */
export function normalRanges(ranges: readonly Range[], name: string): readonly Range[] {
  for (const { begin, end } of ranges) {
    if (!Number.isSafeInteger(begin) || !Number.isSafeInteger(end) || begin < 0 || end < begin) {
      throw new MesosError(
        'TROUPE_MESOS_RESOURCE_INVALID',
        `Resource '${name}' has the range [${begin}-${end}]; both ends must be whole and ascending.`,
        { data: { name, begin, end } },
      )
    }
  }
  const joined: Range[] = []
  for (const range of [...ranges].sort((a, b) => a.begin - b.begin)) {
    const last = joined.at(-1)
    if (last !== undefined && range.begin <= last.end + 1) {
      joined[joined.length - 1] = { begin: last.begin, end: Math.max(last.end, range.end) }
    } else {
      joined.push({ begin: range.begin, end: range.end })
    }
  }
  return joined
}

/** Sorts items and drops repeated ones. */
export function normalItems(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort()
}

export function isZero(amount: Amount): boolean {
  switch (amount.kind) {
    case 'scalar':
      return amount.thousandths === 0
    case 'ranges':
      return amount.ranges.length === 0
    case 'set':
      return amount.items.length === 0
    case 'copies':
      return amount.thousandths === 0 || amount.copies === 0
  }
}

/** Sum of two amounts of one kind (copies: of one size); ranges and sets are united. */
export function addAmounts(a: Amount, b: Amount): Amount {
  if (a.kind === 'scalar' && b.kind === 'scalar') {
    return { kind: 'scalar', thousandths: a.thousandths + b.thousandths }
  }
  if (a.kind === 'ranges' && b.kind === 'ranges') {
    return { kind: 'ranges', ranges: normalRanges([...a.ranges, ...b.ranges], '') }
  }
  if (a.kind === 'set' && b.kind === 'set') {
    return { kind: 'set', items: normalItems([...a.items, ...b.items]) }
  }
  if (a.kind === 'copies' && b.kind === 'copies') return { ...a, copies: a.copies + b.copies }
  return a
}

/** Whether `b` is part of `a`. */
export function containsAmount(a: Amount, b: Amount): boolean {
  if (a.kind === 'scalar' && b.kind === 'scalar') return a.thousandths >= b.thousandths
  if (a.kind === 'ranges' && b.kind === 'ranges') {
    return b.ranges.every((inner) =>
      a.ranges.some((outer) => outer.begin <= inner.begin && inner.end <= outer.end),
    )
  }
  if (a.kind === 'set' && b.kind === 'set') {
    const items = new Set(a.items)
    return b.items.every((item) => items.has(item))
  }
  if (a.kind === 'copies' && b.kind === 'copies') return a.copies >= b.copies
  return false
}

/** What is left of `a` without `b`, which `a` contains. */
export function subtractAmounts(a: Amount, b: Amount): Amount {
  if (a.kind === 'scalar' && b.kind === 'scalar') {
    return { kind: 'scalar', thousandths: a.thousandths - b.thousandths }
  }
  if (a.kind === 'ranges' && b.kind === 'ranges') {
    return { kind: 'ranges', ranges: b.ranges.reduce(withoutRange, a.ranges) }
  }
  if (a.kind === 'set' && b.kind === 'set') {
    const taken = new Set(b.items)
    return { kind: 'set', items: a.items.filter((item) => !taken.has(item)) }
  }
  if (a.kind === 'copies' && b.kind === 'copies') return { ...a, copies: a.copies - b.copies }
  return a
}

function withoutRange(ranges: readonly Range[], hole: Range): readonly Range[] {
  return ranges.flatMap((range) => {
    if (hole.end < range.begin || range.end < hole.begin) return [range]
    const left: Range[] = []
    if (range.begin < hole.begin) left.push({ begin: range.begin, end: hole.begin - 1 })
    if (hole.end < range.end) left.push({ begin: hole.end + 1, end: range.end })
    return left
  })
}

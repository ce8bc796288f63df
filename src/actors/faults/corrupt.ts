import type { Random } from '../../platform/index.ts'

/** What a message becomes; undefined when nothing in it can be changed as asked. */
export type Corrupted = { readonly message: unknown } | undefined

/**
 * A copy of a message in which one value differs; what is not on the way to it is shared with the original.
 * @param field dotted path of the value; by default a leaf drawn from `random`, never the message's `type`
 * @param value what stands there then; by default one of the same kind that differs
 */
export function corruptMessage(
  message: unknown,
  random: Random,
  field?: string,
  value?: { readonly is: unknown },
): Corrupted {
  const leaves = field === undefined ? leavesOf(message) : [field.split('.')]
  if (leaves.length === 0) return undefined
  const path = leaves[random.int(leaves.length)] ?? []
  return replacedAt(message, path, (old) =>
    value === undefined ? different(old, random) : { message: value.is },
  )
}

/** The paths of all values that can be changed; plain objects and lists are looked into, refs are not. */
function leavesOf(value: unknown, isMessage = true): readonly (readonly string[])[] {
  if (isLeaf(value)) return [[]]
  if (!isPlain(value)) return []
  return Object.entries(value)
    .filter(([name]) => !(isMessage && name === 'type'))
    .flatMap(([name, inner]) => leavesOf(inner, false).map((rest) => [name, ...rest]))
}

function replacedAt(
  value: unknown,
  [name, ...rest]: readonly string[],
  change: (old: unknown) => Corrupted,
): Corrupted {
  if (name === undefined) return change(value)
  if (!isPlain(value)) return undefined
  const inner = replacedAt((value as Record<string, unknown>)[name], rest, change)
  if (inner === undefined) return undefined
  if (!Array.isArray(value)) return { message: { ...value, [name]: inner.message } }
  const items: unknown[] = [...(value as readonly unknown[])]
  items[Number(name)] = inner.message
  return { message: items }
}

function different(old: unknown, random: Random): Corrupted {
  switch (typeof old) {
    case 'string': {
      if (old === '') return { message: '\u{fffd}' }
      const at = random.int(old.length)
      const letter = old[at] === '\u{fffd}' ? '?' : '\u{fffd}'
      return { message: old.slice(0, at) + letter + old.slice(at + 1) }
    }
    case 'number':
      return { message: Number.isFinite(old) ? otherNumber(old, random) : 0 }
    case 'bigint':
      return { message: old ^ (1n << BigInt(random.int(64))) }
    case 'boolean':
      return { message: !old }
    default:
      return old instanceof Uint8Array && old.byteLength > 0 ? flippedBit(old, random) : undefined
  }
}

/** One bit of the whole part differs, among those that a sum would not lose. */
function otherNumber(old: number, random: Random): number {
  const whole = Math.trunc(old)
  if (Math.abs(whole) > 2 ** 31 - 1) return old / 2
  return (whole ^ (1 << random.int(31))) + (old - whole)
}

function flippedBit(bytes: Uint8Array, random: Random): Corrupted {
  const copy = new Uint8Array(bytes)
  const at = random.int(copy.byteLength)
  copy[at] = (copy[at] ?? 0) ^ (1 << random.int(8))
  return { message: copy }
}

function isLeaf(value: unknown): boolean {
  return (
    ['string', 'number', 'bigint', 'boolean'].includes(typeof value) ||
    (value instanceof Uint8Array && value.byteLength > 0)
  )
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}

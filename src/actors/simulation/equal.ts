const RELATIVE = 1e-9

/**
 * Whether two results mean the same: arrays as multisets, maps and sets by content, bytes by value, numbers
 * within 1e-9 of their size. Arrays of unlike order are compared by a canonical text of their items.
 */
export function equalResults(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return near(a, b)
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && sameItems(a, b)
  }
  if (a instanceof Map || b instanceof Map) {
    return a instanceof Map && b instanceof Map && sameItems([...a], [...b])
  }
  if (a instanceof Set || b instanceof Set) {
    return a instanceof Set && b instanceof Set && sameItems([...a], [...b])
  }
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every(
      (name) =>
        name in b &&
        equalResults((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]),
    )
  )
}

function near(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= RELATIVE * Math.max(1, Math.abs(a), Math.abs(b))
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  if (a.every((item, at) => equalResults(item, b[at]))) return true
  const [left, right] = [inOrder(a), inOrder(b)]
  return left.every((item, at) => equalResults(item, right[at]))
}

/** Floats that differ in their last bits must not change the order: they are rounded in the key. */
function inOrder(items: readonly unknown[]): readonly unknown[] {
  return items
    .map((item) => ({ item, key: canonical(item) }))
    .sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : 0))
    .map(({ item }) => item)
}

/** A text that is the same for values that mean the same. */
export function canonical(value: unknown): string {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? String(value) : value.toPrecision(8)
  }
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`
  if (value instanceof Map) return `map${canonical([...value])}`
  if (value instanceof Set) return `set${canonical([...value])}`
  const fields = Object.entries(value).map(([name, field]) => `${name}:${canonical(field)}`)
  return `{${fields.sort().join()}}`
}

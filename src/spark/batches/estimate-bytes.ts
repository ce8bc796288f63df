/** How deep and how wide it looks. */
const DEEPEST = 4
const WIDEST = 64

/** About how much of the heap a value takes: what it refers to is counted, as far as a look at its head tells. */
export function estimateBytes(value: unknown, depth = 0): number {
  switch (typeof value) {
    case 'string':
      return 24 + value.length
    case 'number':
      return 8
    case 'bigint':
      return 32
    case 'object':
      return value === null ? 0 : objectBytes(value, depth)
    default:
      return 0
  }
}

function objectBytes(value: object, depth: number): number {
  if (ArrayBuffer.isView(value)) return 120 + value.byteLength
  if (value instanceof Map || value instanceof Set) {
    return 80 + value.size * (40 + membersBytes([...value].slice(0, 8), 8, depth) / 8)
  }
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  return (
    32 + 8 * members.length + (depth < DEEPEST ? membersBytes(members, members.length, depth) : 0)
  )
}

function membersBytes(members: readonly unknown[], length: number, depth: number): number {
  const seen = Math.min(length, WIDEST)
  if (seen === 0) return 0
  let bytes = 0
  // Evenly over all of them.
  for (let i = 0; i < seen; i += 1) {
    bytes += estimateBytes(members[Math.floor((i * length) / seen)], depth + 1)
  }
  return (bytes / seen) * length
}

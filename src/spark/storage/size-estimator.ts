/** Rows of a batch that are looked at. */
const SAMPLED_ROWS = 32
/** Objects of one row that are looked at; what lies beyond is taken to be like it. */
const MAX_VISITS = 2_000

/**
 * About how many bytes the rows take in V8's heap, and outside it for buffers, from a sample of them spread evenly. An
 * estimate, within about a factor of two for plain data; what several rows share is counted for each.
 */
export function estimateBytes(rows: readonly unknown[]): number {
  const count = rows.length
  if (count === 0) return 16
  const step = Math.max(1, Math.floor(count / SAMPLED_ROWS))
  let sampled = 0
  let numbers = 0
  let bytes = 0
  for (let i = 0; i < count; i += step) {
    const row = rows[i]
    if (typeof row === 'number') numbers += 1
    bytes += sizeOf(row)
    sampled += 1
  }
  // Numbers alone stand in the array's slots, without boxes.
  if (numbers === sampled) return 32 + count * 8
  return 32 + count * 8 + Math.round((bytes / sampled) * count)
}

/** The bytes of a value beyond the slot of eight that holds it. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'number') return numberBytes(value)
  if (typeof value === 'string') return stringBytes(value)
  if (typeof value === 'bigint') return 16 + 8 * Math.ceil(value.toString(16).length / 16)
  if (typeof value !== 'object' || value === null) return 0
  return graphBytes(value)
}

function graphBytes(root: object): number {
  const seen = new Set<object>([root])
  const open: object[] = [root]
  let bytes = 0
  let visits = 0
  for (let object = open.pop(); object !== undefined; object = open.pop()) {
    visits += 1
    if (visits > MAX_VISITS) return Math.round((bytes / visits) * (visits + open.length))
    bytes += ownBytes(object)
    for (const item of itemsOf(object)) {
      if (typeof item !== 'object' || item === null) bytes += sizeOf(item)
      else if (!seen.has(item)) {
        seen.add(item)
        open.push(item)
      }
    }
  }
  return bytes
}

function ownBytes(object: object): number {
  // In an array of numbers these stand in its slots, whatever they are.
  if (Array.isArray(object)) return 32 + 8 * object.length
  if (ArrayBuffer.isView(object)) return 176 + object.byteLength
  if (object instanceof ArrayBuffer) return 96 + object.byteLength
  if (object instanceof Map || object instanceof Set) return 64 + 40 * object.size
  if (object instanceof Date) return 96
  return 24 + 8 * Object.keys(object).length
}

function itemsOf(object: object): Iterable<unknown> {
  if (Array.isArray(object)) return areNumbers(object) ? [] : (object as readonly unknown[])
  if (isOpaque(object)) return []
  if (object instanceof Map) {
    const map = object as ReadonlyMap<unknown, unknown>
    return [...map.keys(), ...map.values()]
  }
  if (object instanceof Set) return object as ReadonlySet<unknown>
  return Object.values(object) as readonly unknown[]
}

/** Whether all that there is of it is in {@link ownBytes}. */
function isOpaque(object: object): boolean {
  return ArrayBuffer.isView(object) || object instanceof ArrayBuffer || object instanceof Date
}

/** V8 keeps such an array as doubles or small integers, without a box for each. */
function areNumbers(items: readonly unknown[]): boolean {
  for (let i = 0; i < items.length; i += 1) if (typeof items[i] !== 'number') return false
  return true
}

/** A small integer stands in its slot; any other number has a box. */
function numberBytes(value: number): number {
  return (value | 0) === value && !Object.is(value, -0) ? 0 : 16
}

function stringBytes(text: string): number {
  const { length } = text
  for (let i = 0; i < length && i < 256; i += 1) {
    if (text.charCodeAt(i) > 255) return roundUp(16 + 2 * length)
  }
  return roundUp(16 + length)
}

function roundUp(bytes: number): number {
  return (bytes + 7) & ~7
}

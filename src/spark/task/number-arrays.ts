/**
 * A decoded value with its arrays of numbers made anew: V8 holds these as plain doubles, which loops over them read at twice the
 * speed. The decoder makes all arrays in one place, where V8 has met arrays of everything, and so gives each number a box.
 *
 * Changes `value` in place, but for arrays of numbers; what it answers takes its place.
 */
export function withNumberArrays(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return arrayOf(value)
  if (value instanceof Map) {
    for (const [key, item] of value as Map<unknown, unknown>) {
      if (typeof item === 'object') value.set(key, withNumberArrays(item))
    }
    return value
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  const fields = value as Record<string, unknown>
  for (const name in fields) {
    const field = fields[name]
    if (typeof field === 'object' && field !== null) fields[name] = withNumberArrays(field)
  }
  return value
}

function arrayOf(items: unknown[]): unknown[] {
  if (items.length > 0 && areNumbers(items)) return numbersOf(items)
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i]
    if (typeof item === 'object' && item !== null) items[i] = withNumberArrays(item)
  }
  return items
}

function areNumbers(items: readonly unknown[]): items is readonly number[] {
  for (let i = 0; i < items.length; i += 1) if (typeof items[i] !== 'number') return false
  return true
}

/** No other arrays are made here. */
function numbersOf(items: readonly number[]): number[] {
  const numbers: number[] = []
  for (let i = 0; i < items.length; i += 1) numbers.push(items[i] as number)
  return numbers
}

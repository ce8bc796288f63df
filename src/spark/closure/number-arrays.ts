type MakeNumbers = (items: readonly number[]) => number[]

/**
 * A value with its arrays of numbers made anew: V8 holds these as plain doubles, which loops over them read at twice the
 * speed. Decoders make all arrays in one place, where V8 has met arrays of everything, and so give each number a box.
 *
 * Changes `value` in place, but for arrays of numbers; what it answers takes its place.
 *
 * @param seen what was visited: for values in which an object may stand twice, or reach itself
 * @param make what makes an array of numbers anew
 */
export function withNumberArrays(
  value: unknown,
  seen?: Map<object, unknown>,
  make: MakeNumbers = numbersOf,
): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (seen !== undefined) {
    const known = seen.get(value)
    if (known !== undefined) return known
    seen.set(value, value)
  }
  if (Array.isArray(value)) return arrayOf(value, seen, make)
  if (value instanceof Map) {
    for (const [key, item] of value as Map<unknown, unknown>) {
      if (typeof item === 'object') value.set(key, withNumberArrays(item, seen, make))
    }
    return value
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  const fields = value as Record<string, unknown>
  for (const name in fields) {
    const field = fields[name]
    if (typeof field === 'object' && field !== null)
      fields[name] = withNumberArrays(field, seen, make)
  }
  return value
}

function arrayOf(
  items: unknown[],
  seen: Map<object, unknown> | undefined,
  make: MakeNumbers,
): unknown[] {
  if (items.length > 0 && areNumbers(items)) {
    const numbers = make(items)
    seen?.set(items, numbers)
    return numbers
  }
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i]
    if (typeof item === 'object' && item !== null) items[i] = withNumberArrays(item, seen, make)
  }
  return items
}

function areNumbers(items: readonly unknown[]): items is readonly number[] {
  for (let i = 0; i < items.length; i += 1) if (typeof items[i] !== 'number') return false
  return true
}

/**
 * A new array of these numbers, which V8 holds without boxes. It is a copy of a part of another: V8 remembers for a place where
 * arrays are made from nothing what has become of them, and what is made there later is born so.
 */
export function numbersOf(items: readonly number[]): number[] {
  return areSmall(items) ? integersOf(items) : doublesOf(items)
}

/**
 * As {@link numbersOf}, for what things are added to: zeros are held as doubles from the start. Where V8 has met an array that turns
 * from integers into doubles, it asks at each addition which it is.
 */
export function sumsOf(items: readonly number[]): number[] {
  return items.every((item) => item === 0) ? doublesOf(items) : numbersOf(items)
}

/** An integer may have a box, and loses it here. */
function integersOf(items: readonly number[]): number[] {
  const numbers = INTEGERS.slice(0, items.length)
  const { length } = numbers
  for (let i = 0; i < length; i += 1) numbers[i] = (items[i] as number) | 0
  for (let i = length; i < items.length; i += 1) numbers.push((items[i] as number) | 0)
  return numbers
}

/** Apart from the integers: where V8 has met both it makes doubles of both. */
function doublesOf(items: readonly number[]): number[] {
  const numbers = DOUBLES.slice(0, items.length)
  const { length } = numbers
  for (let i = 0; i < length; i += 1) numbers[i] = items[i] as number
  for (let i = length; i < items.length; i += 1) numbers.push(items[i] as number)
  return numbers
}

const INTEGERS: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
const DOUBLES: readonly number[] = [
  0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
]

/** Whether V8 keeps them in the array's slots as they are. */
function areSmall(items: readonly number[]): boolean {
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i] as number
    if ((item | 0) !== item || Object.is(item, -0)) return false
  }
  return true
}

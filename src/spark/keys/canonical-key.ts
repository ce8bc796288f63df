import { SparkError } from '../errors.ts'

/**
 * Writes a key as text such that two keys have the same text exactly when they are equal as keys.
 *
 * | value | text |
 * |---|---|
 * | null, undefined, true, false | `z` `u` `t` `f` |
 * | number | `n`, its shortest decimal form, `;` (NaN is one value, -0 is 0) |
 * | bigint | `i`, decimal, `;` |
 * | string | `s`, length in code units, `:`, the string |
 * | Date | `d`, milliseconds since 1970, `;` |
 * | Uint8Array and Buffer | `b`, length, `:`, hex |
 * | array | `a`, length, `[`, its items, `]` (a hole is undefined) |
 * | plain object | `o`, number of fields, `{`, fields by name in code-unit order (name as string, value), `}` |
 *
 * Fields that are undefined count as fields. Anything else is refused.
 *
 * @throws TROUPE_SPARK_KEY_UNSUPPORTED for functions, symbols, class instances, Map, Set, and cycles
 */
export function canonicalKey(key: unknown): string {
  return write(key, 0)
}

const MAX_DEPTH = 100

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`
    case 'number':
      return `n${value === 0 ? 0 : value};`
    case 'boolean':
      return value ? 't' : 'f'
    case 'undefined':
      return 'u'
    case 'bigint':
      return `i${value};`
    case 'object':
      return value === null ? 'z' : writeObject(value, depth)
    case 'symbol':
    case 'function':
      throw unsupported(typeof value)
  }
}

function writeObject(value: object, depth: number): string {
  if (depth > MAX_DEPTH) throw unsupported(`nested deeper than ${MAX_DEPTH} levels`)
  if (Array.isArray(value)) {
    let text = `a${value.length}[`
    for (let i = 0; i < value.length; i += 1) text += write(value[i], depth + 1)
    return `${text}]`
  }
  if (value instanceof Date) return `d${value.getTime()};`
  if (value instanceof Uint8Array) {
    return `b${value.length}:${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}`
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw unsupported(`an instance of ${value.constructor.name}`)
  }
  const names = Object.keys(value).sort()
  let text = `o${names.length}{`
  for (const name of names) {
    text += write(name, depth) + write((value as Record<string, unknown>)[name], depth + 1)
  }
  return `${text}}`
}

function unsupported(what: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_KEY_UNSUPPORTED',
    `A key can't be ${what}: keys are compared by value; use a string, number, bigint, boolean, null, ` +
      'Date, bytes, or an array or plain object of these',
    { data: { what } },
  )
}

import {
  cqlDecimal,
  cqlDuration,
  cqlTuple,
  cqlVector,
  type CqlUserType,
  type CqlValue,
} from '../../../platform/index.ts'
import { SparkError } from '../../errors.ts'
import { parseCqlType, type CqlType } from './cql-type.ts'
import { valueRefused } from './errors.ts'

/** A value of a row as its column takes it; undefined leaves it as it is. @throws TROUPE_SPARK_CASSANDRA_VALUE */
export type ColumnWriter = (value: unknown) => CqlValue

type Converts = (value: unknown) => CqlValue

/** What a value is not, for the message that names its column. */
class Mismatch extends SparkError {
  readonly value: unknown
  readonly reason: string

  constructor(value: unknown, reason: string) {
    super('TROUPE_SPARK_CASSANDRA_VALUE', `${shown(value)} is not ${reason}`)
    this.value = value
    this.reason = reason
  }
}

/** How values are written to a column of this type. */
export function columnWriter(
  column: string,
  type: string,
  userTypes: readonly CqlUserType[],
): ColumnWriter {
  const convert = converterOf(parseCqlType(type), userTypes)
  return (value) => {
    if (value === undefined || value === null) return value
    try {
      return convert(value)
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error
      throw valueRefused(column, type, shown(error.value), error.reason)
    }
  }
}

const INTEGERS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  tinyint: [-128, 127],
  smallint: [-32_768, 32_767],
  int: [-2_147_483_648, 2_147_483_647],
}

const asText = (value: unknown, what: string): string => {
  if (typeof value === 'string') return value
  throw new Mismatch(value, what)
}

const WHOLE = 'a bigint, or an integer that a number holds exactly'

function asBigint(value: unknown): bigint {
  if (typeof value === 'bigint') return value
  if (Number.isSafeInteger(value)) return BigInt(value as number)
  if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return BigInt(value)
  throw new Mismatch(value, WHOLE)
}

function asLong(value: unknown): bigint {
  const whole = asBigint(value)
  if (BigInt.asIntN(64, whole) === whole) return whole
  throw new Mismatch(value, 'an integer of 64 bits')
}

function asDecimal(value: unknown): CqlValue {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value
  if (typeof text === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    return cqlDecimal(text)
  }
  throw new Mismatch(value, 'a decimal as a string such as 12.50, or a number')
}

function asNumber(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  throw new Mismatch(value, 'a number')
}

function asDate(value: unknown): Date {
  const date =
    value instanceof Date
      ? value
      : typeof value === 'number' || typeof value === 'string'
        ? new Date(value)
        : undefined
  if (date !== undefined && !Number.isNaN(date.getTime())) return date
  throw new Mismatch(value, 'a Date, milliseconds of Unix time, or a text in ISO 8601')
}

function asDay(value: unknown): string {
  if (value instanceof Date && !Number.isNaN(value.getTime())) {
    return value.toISOString().slice(0, 10)
  }
  return asText(value, 'a day as a string such as 2024-02-29')
}

function asBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  throw new Mismatch(value, 'a Uint8Array')
}

function asBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new Mismatch(value, 'true or false')
}

function asUuid(value: unknown): string {
  const text = asText(value, 'a uuid as a string')
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) return text
  throw new Mismatch(value, 'a uuid such as 0f2e4871-1234-4abc-8def-0123456789ab')
}

const SIMPLE: Readonly<Record<string, Converts>> = {
  ascii: (value) => asText(value, 'a string'),
  text: (value) => asText(value, 'a string'),
  varchar: (value) => asText(value, 'a string'),
  bigint: asLong,
  counter: asLong,
  varint: asBigint,
  decimal: asDecimal,
  float: asNumber,
  double: asNumber,
  boolean: asBoolean,
  timestamp: asDate,
  date: asDay,
  time: (value) => asText(value, 'a time as a string such as 08:12:54.123'),
  duration: (value) => cqlDuration(asText(value, 'a duration as a string such as 1mo2d3h')),
  uuid: asUuid,
  timeuuid: asUuid,
  inet: (value) => asText(value, 'an address as a string'),
  blob: asBytes,
}

function converterOf(type: CqlType, userTypes: readonly CqlUserType[]): Converts {
  const { name } = type
  const limits = INTEGERS[name]
  if (limits !== undefined) return (value) => asInteger(value, limits)
  const simple = Object.hasOwn(SIMPLE, name) ? SIMPLE[name] : undefined
  if (simple !== undefined) return simple
  const inner = type.arguments.map((one) => converterOf(one, userTypes))
  const [first = asItIs, second = asItIs] = inner
  switch (name) {
    case 'list':
      return (value) => elements(value, 'an array').map((one) => first(present(one)))
    case 'set':
      return (value) => new Set(elements(value, 'a Set').map((one) => first(present(one))))
    case 'map':
      return (value) =>
        new Map(entries(value).map(([key, one]) => [first(present(key)), second(present(one))]))
    case 'vector':
      return (value) => vector(value, type.dimension ?? 0, first)
    case 'tuple':
      return (value) => {
        const given = elements(value, 'an array')
        if (given.length > inner.length) throw new Mismatch(value, `${inner.length} elements`)
        return cqlTuple(inner.map((convert, i) => orNull(given[i], convert)))
      }
    default:
      return userType(name, userTypes)
  }
}

function asItIs(value: unknown): CqlValue {
  return value as CqlValue
}

function userType(name: string, userTypes: readonly CqlUserType[]): Converts {
  const known = userTypes.find((one) => one.name === name)
  // A type of times to come: as it is given.
  if (known === undefined) return asItIs
  const fields = known.fields.map(
    (field) => [field.name, converterOf(parseCqlType(field.type), userTypes)] as const,
  )
  const names = fields.map(([field]) => field)
  return (value) => {
    if (typeof value !== 'object' || value === null) throw new Mismatch(value, 'an object')
    const given = value as Readonly<Record<string, unknown>>
    const unknown = Object.keys(given).find((field) => !names.includes(field))
    if (unknown !== undefined) throw new Mismatch(value, `an object of ${names.join(', ')}`)
    return Object.fromEntries(
      fields.map(([field, convert]) => [field, orNull(given[field], convert)]),
    )
  }
}

function asInteger(value: unknown, [least, most]: readonly [number, number]): number {
  const number = typeof value === 'bigint' ? Number(value) : value
  if (Number.isInteger(number) && (number as number) >= least && (number as number) <= most) {
    return number as number
  }
  throw new Mismatch(value, `an integer in ${least} … ${most}`)
}

function vector(value: unknown, dimension: number, convert: Converts): CqlValue {
  const given =
    value instanceof Float32Array || value instanceof Float64Array
      ? [...value]
      : elements(value, 'an array')
  if (given.length !== dimension) throw new Mismatch(value, `${dimension} elements`)
  return cqlVector(given.map((one) => convert(present(one))))
}

function elements(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[]
  if (value instanceof Set) return [...(value as ReadonlySet<unknown>)]
  throw new Mismatch(value, what)
}

function entries(value: unknown): readonly (readonly [unknown, unknown])[] {
  if (value instanceof Map) return [...(value as ReadonlyMap<unknown, unknown>)]
  if (typeof value === 'object' && value !== null) return Object.entries(value)
  throw new Mismatch(value, 'a Map, or an object')
}

function present(value: unknown): unknown {
  if (value !== undefined && value !== null) return value
  throw new Mismatch(value, 'no null in a collection')
}

function orNull(value: unknown, convert: Converts): CqlValue {
  return value === undefined || value === null ? null : convert(value)
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return `an object (${value.constructor.name})`
  }
  return String(value)
}

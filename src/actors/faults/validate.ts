import { faultInvalid } from './errors.ts'
import type { Fault, FaultType } from './fault.ts'

/** Throws if the value of a field is not of its range. */
type Check = (value: unknown, field: string) => void
interface Fields {
  readonly required: Readonly<Record<string, Check>>
  readonly optional: Readonly<Record<string, Check>>
}

const MAX_MS = 2 ** 31 - 1

const numberWhere =
  (isFit: (value: number) => boolean, takes: string): Check =>
  (value, field) => {
    if (typeof value !== 'number' || !isFit(value)) throw faultInvalid(field, value, takes)
  }
const oneOf =
  (...words: readonly string[]): Check =>
  (value, field) => {
    if (!words.some((word) => word === value)) throw faultInvalid(field, value, words.join(', '))
  }
const countFrom = (least: number, most: number = Number.MAX_SAFE_INTEGER): Check =>
  numberWhere(
    (value) => Number.isSafeInteger(value) && value >= least && value <= most,
    `a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`,
  )
const msFrom = (least: number, most: number = MAX_MS): Check =>
  numberWhere((value) => value >= least && value <= most, `${least} to ${most} ms`)

const word: Check = (value, field) => {
  if (typeof value !== 'string' || value === '') throw faultInvalid(field, value, 'a name')
}
const yesOrNo: Check = (value, field) => {
  if (typeof value !== 'boolean') throw faultInvalid(field, value, 'true or false')
}
const anything: Check = () => undefined
const actor: Check = (value, field) => {
  if (typeof value === 'string' && (value.startsWith('/') || value.startsWith('troupe://'))) return
  throw faultInvalid(field, value, "an actor's path from the root, such as /user/store or /user/**")
}
const absolutePath: Check = (value, field) => {
  if (typeof value !== 'string' || !value.startsWith('/')) {
    throw faultInvalid(field, value, 'an absolute path, such as /data')
  }
}
const errorWords: Check = (value, field) => {
  checkFields(value, field, { required: {}, optional: { code: word, message: word } })
}

/** Exactly one of the three forms of a trigger. */
const trigger: Check = (value, field) => {
  const given = asRecord(
    value,
    field,
    'when it begins: { afterMs }, { actor, nth } or { event, nth }',
  )
  if ('afterMs' in given)
    checkFields(given, field, { required: { afterMs: msFrom(0) }, optional: {} })
  else if ('event' in given) {
    checkFields(given, field, {
      required: { event: word },
      optional: { node: word, nth: countFrom(1) },
    })
  } else {
    checkFields(given, field, {
      required: { actor },
      optional: { message: word, node: word, nth: countFrom(1) },
    })
  }
}

const at = { at: trigger }
const forMs = { forMs: msFrom(1) }
const message: Fields = {
  required: { actor },
  optional: {
    ...at,
    message: word,
    node: word,
    nth: countFrom(1),
    every: countFrom(1),
    probability: numberWhere((value) => value > 0 && value <= 1, 'a chance above 0, at most 1'),
    atMost: countFrom(1),
  },
}
const thread = { ...at, pool: word, thread: countFrom(0) }
const link = { from: word, to: word }
const direction = { direction: oneOf('both', 'one-way') }
const disk = { ...at, path: absolutePath }
const operation = { operation: oneOf('read', 'write', 'sync', 'any') }

const fieldsOf: Readonly<Record<FaultType, Fields>> = {
  fail: { required: message.required, optional: { ...message.optional, error: errorWords } },
  delay: {
    required: { ...message.required, delayMs: msFrom(0) },
    optional: { ...message.optional, keepOrder: yesOrNo },
  },
  drop: message,
  duplicate: {
    required: message.required,
    optional: { ...message.optional, copies: countFrom(1, 1000) },
  },
  corrupt: {
    required: message.required,
    optional: { ...message.optional, field: word, value: anything },
  },
  'kill-actor': { required: { actor }, optional: { ...at, node: word } },
  'kill-thread': { required: {}, optional: thread },
  'block-thread': { required: { forMs: msFrom(1) }, optional: thread },
  'kill-process': { required: { node: word }, optional: at },
  'crash-node': {
    required: { node: word },
    optional: { ...at, disk: oneOf('lose-all', 'keep-all', 'prefix', 'torn') },
  },
  'restart-node': { required: { node: word }, optional: at },
  freeze: { required: { node: word }, optional: { ...at, ...forMs } },
  'slow-node': {
    required: {
      node: word,
      runRatio: numberWhere((value) => value > 0 && value < 1, 'a share between 0 and 1'),
    },
    optional: { ...at, ...forMs, periodMs: msFrom(2, 60_000) },
  },
  'cut-link': { required: link, optional: { ...at, ...forMs, ...direction } },
  'reset-link': { required: link, optional: at },
  'slow-link': {
    required: link,
    optional: {
      ...at,
      ...forMs,
      ...direction,
      delayMs: msFrom(0),
      jitterMs: msFrom(0),
      bytesPerSecond: countFrom(1),
    },
  },
  'half-open-link': { required: link, optional: { ...at, ...forMs } },
  'fill-disk': {
    required: { node: word },
    optional: { ...disk, ...forMs, freeBytes: countFrom(0) },
  },
  'fail-disk': {
    required: { node: word },
    optional: { ...disk, ...forMs, ...operation, nth: countFrom(1) },
  },
  'slow-disk': {
    required: { node: word, delayMs: msFrom(1) },
    optional: { ...disk, ...forMs, ...operation },
  },
  'tear-write': {
    required: { node: word },
    optional: {
      ...disk,
      nth: countFrom(1),
      keepRatio: numberWhere((value) => value >= 0 && value < 1, 'a share from 0 to less than 1'),
    },
  },
  'skew-clock': {
    required: {
      node: word,
      offsetMs: numberWhere((value) => Number.isFinite(value) && value !== 0, 'ms other than 0'),
    },
    optional: { ...at, ...forMs },
  },
}

/** Every word of the vocabulary, in the order of its page. */
export const faultTypes: readonly FaultType[] = Object.keys(fieldsOf) as FaultType[]

/**
 * The fault, if it is one: known by its `type`, with all that it needs, nothing unknown (a misspelt field
 * would prove nothing), everything in its range.
 * @param place how the error names it; `fault` by default
 * @throws TROUPE_FAULT_INVALID
 */
export function checkFault(value: unknown, place = 'fault'): Fault {
  const given = asRecord(value, place, 'an object with a type')
  const fields = typeof given['type'] === 'string' ? own(fieldsOf, given['type']) : undefined
  if (fields === undefined) {
    throw faultInvalid(`${place}.type`, given['type'], faultTypes.join(', '))
  }
  const { type: _type, ...rest } = given
  checkFields(rest, place, fields)
  const chosen = ['nth', 'every', 'probability'].filter((name) => rest[name] !== undefined)
  if (chosen.length > 1) {
    throw faultInvalid(
      `${place}.${chosen[1] ?? ''}`,
      rest[chosen[1] ?? ''],
      `no value beside ${chosen[0] ?? ''}`,
    )
  }
  if (rest['from'] !== undefined && rest['from'] === rest['to']) {
    throw faultInvalid(`${place}.to`, rest['to'], 'another node than from')
  }
  if (
    given['type'] === 'slow-link' &&
    ['delayMs', 'jitterMs', 'bytesPerSecond'].every((name) => rest[name] === undefined)
  ) {
    throw faultInvalid(
      `${place}.delayMs`,
      undefined,
      'a value, unless jitterMs or bytesPerSecond has one',
    )
  }
  return value as Fault
}

/** All of them, checked in order. @throws TROUPE_FAULT_INVALID, which names the place in the list */
export function checkFaults(values: unknown): readonly Fault[] {
  if (!Array.isArray(values)) throw faultInvalid('faults', values, 'a list of faults')
  return values.map((value: unknown, index) => checkFault(value, `faults[${index}]`))
}

function checkFields(value: unknown, place: string, { required, optional }: Fields): void {
  const given = asRecord(value, place, 'an object')
  for (const [name, check] of Object.entries(required)) check(given[name], `${place}.${name}`)
  for (const [name, field] of Object.entries(given)) {
    const check = own(required, name) ?? own(optional, name)
    if (check === undefined) {
      const known = [...Object.keys(required), ...Object.keys(optional)].join(', ')
      throw faultInvalid(`${place}.${name}`, field, `no such field here, but ${known || 'none'}`)
    }
    if (field !== undefined) check(field, `${place}.${name}`)
  }
}

function own<V>(record: Readonly<Record<string, V>>, name: string): V | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function asRecord(value: unknown, place: string, takes: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw faultInvalid(place, value, takes)
}

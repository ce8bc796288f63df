import { isTroupeError } from '../../platform/index.ts'
import { RemoteError, UNCODED } from './errors.ts'
import { plainCopy } from './plain-copy.ts'

/** An error on the wire: name, message, code, data, stack, cause. Positional, so that no keys travel. */
export type ErrorRecord = readonly [
  name: string,
  message: string,
  code: string | undefined,
  data: unknown,
  stack: string | undefined,
  cause: unknown,
]

/** Causes below this depth are cut off. */
const DEEPEST_CAUSE = 8
/** Longer texts are cut, in characters. */
const LONGEST_TEXT = 65_536

/** Everything of an error that can travel; what can't becomes text. Never throws. */
export function errorRecord(error: Error, depth = 0): ErrorRecord {
  const { code, cause, remoteStack } = error as {
    code?: unknown
    cause?: unknown
    remoteStack?: unknown
  }
  return [
    String(error.name),
    cut(String(error.message)),
    typeof code === 'string' && code !== UNCODED ? code : undefined,
    plainCopy(dataOf(error)),
    typeof remoteStack === 'string' ? cut(remoteStack) : stackOf(error),
    causeRecord(cause, depth),
  ]
}

function causeRecord(cause: unknown, depth: number): unknown {
  if (cause === undefined) return undefined
  if (depth >= DEEPEST_CAUSE) return ['…']
  return cause instanceof Error ? [errorRecord(cause, depth + 1)] : [plainCopy(cause)]
}

function stackOf(error: Error): string | undefined {
  return typeof error.stack === 'string' ? cut(error.stack) : undefined
}

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text
}

/** A Troupe error's data; of any other error the properties it was given. */
function dataOf(error: Error): unknown {
  if (isTroupeError(error)) return error.data
  const own: Record<string, unknown> = {}
  let isEmpty = true
  for (const [key, value] of Object.entries(error)) {
    if (key === 'code' || key === 'cause' || key === 'remoteStack' || key === 'name') continue
    own[key] = value
    isEmpty = false
  }
  return isEmpty ? undefined : own
}

type ErrorClass = new (message: string, options?: ErrorOptions) => Error

const languageErrors: Readonly<Record<string, ErrorClass>> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
}

/** The line between the stack of where a failure came from and that of where it arrived. */
export const OVER_A_LINK = '    — over a link —'

/** The error that a record stands for; undefined if the record is none. */
export function errorFromRecord(record: unknown): Error | undefined {
  if (!isErrorRecord(record)) return undefined
  const [name, message, code, data, remoteStack, causeBox] = record
  const cause = causeFrom(causeBox)
  const options = cause === undefined ? {} : { cause }
  const known = Object.hasOwn(languageErrors, name) ? languageErrors[name] : undefined
  const isData = typeof data === 'object' && data !== null
  let error: Error
  if (known !== undefined && code === undefined) {
    error = new known(message, options)
    hide(error, 'remoteStack', remoteStack)
    if (isData) addProperties(error, data)
  } else {
    error = new RemoteError(code ?? UNCODED, message, {
      ...options,
      name,
      remoteStack,
      ...(isData ? { data: data as Readonly<Record<string, unknown>> } : {}),
    })
    hide(error, 'remoteStack', remoteStack)
  }
  const local = (error.stack ?? '').replace(/^[^]*?\n(?= {4}at )/, '')
  hide(error, 'stack', `${remoteStack ?? `${name}: ${message}`}\n${OVER_A_LINK}\n${local}`)
  return error
}

/** What every error has stays its own: who sent the record must not say what `toString` is here. */
function addProperties(error: Error, data: object): void {
  for (const [key, value] of Object.entries(data)) {
    if (!(key in error)) Object.assign(error, { [key]: value as unknown })
  }
}

function hide(error: Error, property: string, value: unknown): void {
  Object.defineProperty(error, property, {
    value,
    enumerable: false,
    writable: true,
    configurable: true,
  })
}

function causeFrom(box: unknown): unknown {
  if (!Array.isArray(box)) return undefined
  return errorFromRecord(box[0]) ?? (box[0] as unknown)
}

function isErrorRecord(record: unknown): record is ErrorRecord {
  if (!Array.isArray(record) || record.length !== 6) return false
  const [name, message, code, , stack] = record as unknown[]
  return (
    typeof name === 'string' &&
    typeof message === 'string' &&
    (code === undefined || typeof code === 'string') &&
    (stack === undefined || typeof stack === 'string')
  )
}

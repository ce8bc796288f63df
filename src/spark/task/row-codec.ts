import { isTroupeError } from '../../platform/index.ts'
import { decodeAlone, encodeAlone, findCulprit } from '../../actors/index.ts'
import { withNumberArrays } from '../closure/index.ts'
import { SparkError, rowTooLarge } from '../errors.ts'
import type { BatchCodec } from '../shuffle/index.ts'
import { findNamedProperty, type NamedProperty } from './named-properties.ts'

/**
 * How rows, splits and results become bytes: standard CBOR, with `bigint`, Date, Map, Set, typed arrays and errors.
 * Functions, symbols, class instances, cycles, a key `__proto__`, and arrays with named properties (matches of regular
 * expressions) are refused.
 */
export const rowCodec: BatchCodec = {
  encode: (value, mostBytes) => {
    const named = findNamedProperty(value, 'rows')
    if (named !== undefined) throw new SparkError('TROUPE_SPARK_ROW_UNENCODABLE', wouldLose(named))
    try {
      return encodeAlone(value, 0, mostBytes)
    } catch (cause) {
      if (isTroupeError(cause, 'TROUPE_CODEC_TOO_LARGE')) throw rowTooLarge(cause)
      throw new SparkError(
        'TROUPE_SPARK_ROW_UNENCODABLE',
        `A row can't travel: ${describe(value, cause)}`,
        { cause },
      )
    }
  },
  decode: (bytes) => withNumberArrays(decodeAlone(bytes)),
}

function wouldLose({ path, name }: NamedProperty): string {
  return (
    `A row can't travel: ${shown(path)} is an array with the named property ${JSON.stringify(name)}, which would be ` +
    'lost. Take the items alone ([...match], match.slice()), or what is wanted into an object ({ at: match.index, ...match.groups })'
  )
}

/** Of a split of parallelize. */
function shown(path: string): string {
  return path.replace(/^rows\.rows/, 'rows')
}

function describe(value: unknown, cause: unknown): string {
  const culprit = findCulprit(value, () => false, 'rows')
  if (culprit === undefined) return cause instanceof Error ? cause.message : String(cause)
  const { what } = culprit
  const path = shown(culprit.path)
  if (what === 'an instance of Promise') {
    return `${path} is a promise. Await it in the function, which may be async`
  }
  return `${path} is ${what}. Map it to plain data (objects, arrays, strings, numbers, Date, bytes) first`
}

import { decodeAlone, encodeAlone, findCulprit } from '../../actors/index.ts'
import { SparkError } from '../errors.ts'
import type { BatchCodec } from '../shuffle/index.ts'

/**
 * How rows, splits and results become bytes: standard CBOR, with `bigint`, Date, Map, Set, typed arrays and errors.
 * Functions, symbols, class instances, cycles and a key `__proto__` are refused.
 */
export const rowCodec: BatchCodec = {
  encode: (value) => {
    try {
      return encodeAlone(value)
    } catch (cause) {
      throw new SparkError(
        'TROUPE_SPARK_ROW_UNENCODABLE',
        `A row can't travel: ${describe(value, cause)}`,
        { cause },
      )
    }
  },
  decode: decodeAlone,
}

function describe(value: unknown, cause: unknown): string {
  const culprit = findCulprit(value, () => false, 'rows')
  if (culprit === undefined) return cause instanceof Error ? cause.message : String(cause)
  const { what } = culprit
  const path = culprit.path.replace(/^rows\.rows/, 'rows') // of a split of parallelize
  if (what === 'an instance of Promise') {
    return `${path} is a promise. Only mapPartitions takes functions that are async: await it there`
  }
  return `${path} is ${what}. Map it to plain data (objects, arrays, strings, numbers, Date, bytes) first`
}

import { decodeAlone, encodeAlone } from '../../actors/index.ts'
import { SparkError } from '../errors.ts'
import type { BatchCodec } from '../shuffle/index.ts'

/**
 * How rows, splits and results become bytes: standard CBOR, with `bigint`, Date, Map, Set, typed arrays and errors.
 * -0 arrives as 0; functions, symbols, class instances and cycles are refused.
 */
export const rowCodec: BatchCodec = {
  encode: (value) => {
    try {
      return encodeAlone(value)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new SparkError(
        'TROUPE_SPARK_ROW_UNENCODABLE',
        `A row can't travel: ${why}. Map it to plain data (objects, arrays, strings, numbers, Date, bytes) first`,
        { cause },
      )
    }
  },
  decode: decodeAlone,
}

import { errorRecord } from './error-record.ts'
import { CodecError } from './errors.ts'
import type { RecordWriter, RefWriter } from './record-writer.ts'

/** Tags of our own, from the range that is free for all. */
export const REF_TAG = 1001
export const ERROR_TAG = 1002
/** Milliseconds since 1970: the standard's seconds lose some far from now. */
export const DATE_TAG = 1003

const SET_TAG = 258
/** A class's name and what its constructor takes. */
const OBJECT_TAG = 27

type Write = (writer: RecordWriter, value: never) => void

function typedArray(tag: number): Write {
  return (writer, value: ArrayBufferView) => {
    writer.tag(tag)
    writer.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
  }
}

const record: Write = (writer, value: object) => void writer.record(value, undefined)
const bytes: Write = (writer, value: Uint8Array) => {
  writer.bytes(value)
}

/** What carries a value of a class, by its prototype. @see RFC 8746 for the tags of typed arrays (little-endian) */
const carriers: ReadonlyMap<unknown, Write> = new Map<unknown, Write>([
  // Plain objects whose `constructor` is a key of their own, or that have no prototype.
  [Object.prototype, record],
  [null, record],
  [Array.prototype, (writer, value: unknown[]) => void writer.list(value)],
  [Map.prototype, (writer, value: Map<unknown, unknown>) => void writer.map(value)],
  [
    Set.prototype,
    (writer, value: Set<unknown>) => {
      writer.tag(SET_TAG)
      writer.list([...value])
    },
  ],
  [
    RegExp.prototype,
    (writer, value: RegExp) => {
      writer.tag(OBJECT_TAG)
      writer.list(['RegExp', value.source, value.flags])
    },
  ],
  [Buffer.prototype, bytes],
  [Uint8Array.prototype, typedArray(64)],
  [Uint8ClampedArray.prototype, typedArray(68)],
  [Uint16Array.prototype, typedArray(69)],
  [Uint32Array.prototype, typedArray(70)],
  [BigUint64Array.prototype, typedArray(71)],
  [Int8Array.prototype, typedArray(72)],
  [Int16Array.prototype, typedArray(77)],
  [Int32Array.prototype, typedArray(78)],
  [BigInt64Array.prototype, typedArray(79)],
  [Float32Array.prototype, typedArray(85)],
  [Float64Array.prototype, typedArray(86)],
])

/** Whether `value` travels as what it is by its prototype alone; refs, dates and errors are known otherwise. */
export function hasCarrier(value: object): boolean {
  return carriers.has(Object.getPrototypeOf(value))
}

/** Writes what is no plain object and no array. @throws TROUPE_CODEC_UNENCODABLE */
export function writeInstance(writer: RecordWriter, value: object, refs: RefWriter): void {
  const carrier = carriers.get(Object.getPrototypeOf(value))
  if (carrier !== undefined) carrier(writer, value as never)
  else if (refs.isRef(value)) {
    writer.tag(REF_TAG)
    writer.write(refs.encodeRef(value), undefined)
  } else if (value instanceof Date) {
    writer.tag(DATE_TAG)
    writer.write(value.getTime(), undefined)
  } else if (value instanceof Error) {
    writer.tag(ERROR_TAG)
    writer.write(errorRecord(value), undefined)
  } else {
    throw new CodecError(
      'TROUPE_CODEC_UNENCODABLE',
      'an instance of a class can’t travel: send plain data',
    )
  }
}

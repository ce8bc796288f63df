import type { ColumnType, ColumnValue } from '../table-store.ts'

/**
 * Values of columns as bytes whose order is that of the values in Cassandra, and of which none is the beginning of another: so they can follow one another
 * in a key, and inverted they are in reversed order.
 */
export interface ColumnBytes {
  encode(value: ColumnValue): Uint8Array
  /** What begins at `at`, and where it ends. */
  decode(bytes: Buffer, at: number): readonly [value: ColumnValue, end: number]
}

const SIGN_64 = 1n << 63n

function fixed(
  length: number,
  encode: (bytes: Buffer, value: ColumnValue) => void,
  decode: (bytes: Buffer) => ColumnValue,
): ColumnBytes {
  return {
    encode(value) {
      const bytes = Buffer.alloc(length)
      encode(bytes, value)
      return bytes
    },
    decode: (bytes, at) => [decode(bytes.subarray(at, at + length)), at + length],
  }
}

/** A zero is followed by 255; the end is a zero that is followed by 1, less than all that could go on. */
function ended(
  encode: (value: ColumnValue) => Buffer,
  decode: (bytes: Buffer) => ColumnValue,
): ColumnBytes {
  return {
    encode(value) {
      const plain = encode(value)
      const parts: Buffer[] = []
      let start = 0
      for (let zero = plain.indexOf(0); zero >= 0; zero = plain.indexOf(0, start)) {
        parts.push(plain.subarray(start, zero), Buffer.of(0, 255))
        start = zero + 1
      }
      return Buffer.concat([...parts, plain.subarray(start), Buffer.of(0, 1)])
    },
    decode(bytes, at) {
      const parts: Buffer[] = []
      let start = at
      for (;;) {
        const zero = bytes.indexOf(0, start)
        parts.push(bytes.subarray(start, zero))
        if (bytes[zero + 1] === 1) return [decode(Buffer.concat(parts)), zero + 2]
        parts.push(Buffer.of(0))
        start = zero + 2
      }
    },
  }
}

const int64 = fixed(
  8,
  (bytes, value) => bytes.writeBigUInt64BE(BigInt.asUintN(64, (value as bigint) + SIGN_64)),
  (bytes) => bytes.readBigUInt64BE() - SIGN_64,
)

/** The version first; of version 1 then its time; then all of it. */
const uuid = fixed(
  25,
  (bytes, value) => {
    const plain = Buffer.from((value as string).replaceAll('-', ''), 'hex')
    const version = (plain[6] ?? 0) >> 4
    bytes[0] = version
    if (version === 1) {
      bytes.set([(plain[6] ?? 0) & 15, plain[7] ?? 0], 1)
      bytes.set(plain.subarray(4, 6), 3)
      bytes.set(plain.subarray(0, 4), 5)
    }
    bytes.set(plain, 9)
  },
  (bytes) =>
    bytes.toString('hex', 9).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
)

const double = fixed(
  8,
  (bytes, value) => {
    bytes.writeDoubleBE(value as number)
    const bits = bytes.readBigUInt64BE()
    bytes.writeBigUInt64BE(BigInt.asUintN(64, (bits & SIGN_64) === 0n ? bits ^ SIGN_64 : ~bits))
  },
  (bytes) => {
    const bits = bytes.readBigUInt64BE()
    const plain = Buffer.alloc(8)
    plain.writeBigUInt64BE(BigInt.asUintN(64, (bits & SIGN_64) === 0n ? ~bits : bits ^ SIGN_64))
    return plain.readDoubleBE()
  },
)

export const columnBytes: Readonly<Record<ColumnType, ColumnBytes>> = {
  text: ended(
    (value) => Buffer.from(value as string),
    (bytes) => bytes.toString(),
  ),
  blob: ended(
    (value) => Buffer.from(value as Uint8Array),
    (bytes) => new Uint8Array(bytes),
  ),
  int: fixed(
    4,
    (bytes, value) => bytes.writeUInt32BE(((value as number) ^ 0x80000000) >>> 0),
    (bytes) => bytes.readUInt32BE() ^ 0x80000000,
  ),
  bigint: int64,
  counter: int64,
  double,
  boolean: fixed(
    1,
    (bytes, value) => bytes.writeUInt8(value === true ? 1 : 0),
    (bytes) => bytes[0] === 1,
  ),
  uuid,
  timestamp: fixed(
    8,
    (bytes, value) => bytes.set(int64.encode(BigInt((value as Date).getTime()))),
    (bytes) => new Date(Number(int64.decode(bytes, 0)[0])),
  ),
}

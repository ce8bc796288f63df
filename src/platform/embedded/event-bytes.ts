import type { LoggedEvent, NewEvent } from '../event-log.ts'

/** Time, length of the key, length of the headers. */
const HEAD_BYTES = 16
const NO_KEY = 0xffffffff

/** An event as the embedded log keeps it: time, key, headers in JSON, value. */
export function encodeEvent({ key, value, headers }: NewEvent, timeMs: number): Uint8Array {
  const keyBytes = key === undefined ? 0 : Buffer.byteLength(key)
  const heads = headers === undefined ? '' : JSON.stringify(headers)
  const headsBytes = Buffer.byteLength(heads)
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + keyBytes + headsBytes + value.length)
  bytes.writeDoubleBE(timeMs, 0)
  bytes.writeUInt32BE(key === undefined ? NO_KEY : keyBytes, 8)
  bytes.writeUInt32BE(headsBytes, 12)
  if (key !== undefined) bytes.write(key, HEAD_BYTES)
  bytes.write(heads, HEAD_BYTES + keyBytes)
  bytes.set(value, HEAD_BYTES + keyBytes + headsBytes)
  return bytes
}

export function decodeEvent(offset: number, stored: Uint8Array): LoggedEvent {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength)
  const keyBytes = bytes.readUInt32BE(8)
  const headsAt = HEAD_BYTES + (keyBytes === NO_KEY ? 0 : keyBytes)
  const valueAt = headsAt + bytes.readUInt32BE(12)
  const heads = bytes.toString('utf8', headsAt, valueAt)
  return {
    offset,
    timeMs: bytes.readDoubleBE(0),
    key: keyBytes === NO_KEY ? undefined : bytes.toString('utf8', HEAD_BYTES, headsAt),
    value: new Uint8Array(bytes.subarray(valueAt)),
    headers: heads === '' ? {} : (JSON.parse(heads) as Record<string, string>),
  }
}

export function timeOf(stored: Uint8Array): number {
  return new DataView(stored.buffer, stored.byteOffset).getFloat64(0)
}

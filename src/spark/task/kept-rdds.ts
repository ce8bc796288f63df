/**
 * A packed stage begins with the ids of the RDDs in it that are kept, so that whoever hands its tasks to threads can tell,
 * without making the stage again: a count and so many ids, four bytes each, little-endian.
 */
export function withKeptRdds(rddIds: readonly number[], packed: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 * (rddIds.length + 1) + packed.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, rddIds.length, true)
  rddIds.forEach((rddId, i) => {
    view.setUint32(4 * (i + 1), rddId, true)
  })
  bytes.set(packed, 4 * (rddIds.length + 1))
  return bytes
}

/** The ids that a packed stage begins with, and the rest of it. */
export function keptRddsOf(binary: Uint8Array): {
  readonly rddIds: readonly number[]
  readonly packed: Uint8Array
} {
  const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength)
  const count = binary.length < 4 ? 0 : view.getUint32(0, true)
  if (4 * (count + 1) > binary.length) return { rddIds: [], packed: binary }
  const rddIds = Array.from({ length: count }, (_, i) => view.getUint32(4 * (i + 1), true))
  return { rddIds, packed: binary.subarray(4 * (count + 1)) }
}

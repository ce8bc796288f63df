import { hashAsciiKey, hashKey, placesOfNumbers } from '../keys/index.ts'
import { ColumnBatch, formAt, type Column } from './column-batch.ts'
import { gathered } from './kernels.ts'

/**
 * The rows of a batch of pairs by the hash of their keys modulo `numPartitions`: entry p is the batch of partition p,
 * undefined when it has no rows; rows keep their order. Undefined for keys that are no column.
 */
export function hashPartitioned(
  batch: ColumnBatch,
  numPartitions: number,
): (ColumnBatch | undefined)[] | undefined {
  const key = formAt(batch.form, [0])
  const keys = typeof key === 'number' ? batch.columns[key] : undefined
  if (keys === undefined) return undefined
  const targets = partitionsOf(keys, batch.int32(batch.rows), numPartitions)
  const offsets = new Int32Array(numPartitions + 1)
  for (let i = 0; i < batch.rows; i += 1) {
    const target = (targets[i] as number) + 1
    offsets[target] = (offsets[target] as number) + 1
  }
  for (let p = 0; p < numPartitions; p += 1) {
    offsets[p + 1] = (offsets[p + 1] as number) + (offsets[p] as number)
  }
  const places = batch.int32(batch.rows)
  const next = offsets.slice(0, numPartitions)
  for (let i = 0; i < batch.rows; i += 1) {
    const target = targets[i] as number
    const at = next[target] as number
    places[at] = i
    next[target] = at + 1
  }
  return Array.from({ length: numPartitions }, (_, p) => {
    const own = places.subarray(offsets[p], offsets[p + 1])
    if (own.length === 0) return undefined
    const columns = batch.columns.map((column) => gathered(column, own, batch))
    return new ColumnBatch(own.length, columns, batch.form, batch.scratch)
  })
}

function partitionsOf(keys: Column, targets: Int32Array, numPartitions: number): Int32Array {
  const rows = targets.length
  switch (keys.type) {
    case 'constant':
      return targets.fill(hashKey(keys.value) % numPartitions)
    case 'number':
      placesOfNumbers(keys.values, numPartitions, targets)
      return targets
    case 'bytes': {
      const { bytes, starts, ends } = keys
      for (let i = 0; i < rows; i += 1) {
        targets[i] = hashKey(bytes.subarray(starts[i], ends[i])) % numPartitions
      }
      return targets
    }
    case 'text': {
      const { bytes, starts, ends, isAscii } = keys
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      for (let i = 0; i < rows; i += 1) {
        const start = starts[i] as number
        const end = ends[i] as number
        const hash = isAscii
          ? hashAsciiKey(bytes, start, end)
          : hashKey(buffer.toString('utf8', start, end))
        targets[i] = hash % numPartitions
      }
      return targets
    }
  }
}

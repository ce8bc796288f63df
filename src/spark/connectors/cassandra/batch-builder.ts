import type { CqlValue } from '../../../platform/index.ts'

/** A row to be written: the values of its statement, and about how many bytes they have. */
export interface BoundRow {
  readonly values: readonly CqlValue[]
  readonly bytes: number
}

/** Rows that are written at once. */
export interface RowBatch {
  readonly rows: readonly BoundRow[]
  readonly bytes: number
}

export interface BatchLimits {
  /** The most rows of a batch; `auto`: as many as `bytes` allow. */
  readonly rows: number | 'auto'
  /** The most bytes of a batch of several rows, where `rows` is `auto`. */
  readonly bytes: number
  /** Batches that are filled at a time. */
  readonly open: number
}

interface OpenBatch {
  rows: BoundRow[]
  bytes: number
}

/**
 * Puts rows of the same key together. A batch is full when the next row of its key would make it larger than it may be; when too many are open, the largest is as good as full.
 *
 * @see GroupingBatchBuilder.scala of DataStax's connector
 */
export class BatchBuilder {
  readonly #limits: BatchLimits
  readonly #open: Map<string, OpenBatch> = new Map()

  constructor(limits: BatchLimits) {
    this.#limits = limits
  }

  /** Takes a row, and answers a batch that is full now, if one is. */
  add(key: string, row: BoundRow): RowBatch | undefined {
    const open = this.#open.get(key)
    if (open !== undefined) {
      if (this.#fits(open, row)) {
        open.rows.push(row)
        open.bytes += row.bytes
        return undefined
      }
      this.#open.set(key, { rows: [row], bytes: row.bytes })
      return open
    }
    const full = this.#open.size >= this.#limits.open ? this.#takeLargest() : undefined
    this.#open.set(key, { rows: [row], bytes: row.bytes })
    return full
  }

  /** What is left, each once. */
  *rest(): Generator<RowBatch> {
    for (const [key, batch] of this.#open) {
      this.#open.delete(key)
      yield batch
    }
  }

  #fits({ rows, bytes }: OpenBatch, row: BoundRow): boolean {
    const { rows: most, bytes: mostBytes } = this.#limits
    return most === 'auto' ? bytes + row.bytes <= mostBytes : rows.length < most
  }

  #takeLargest(): RowBatch | undefined {
    let largest: readonly [string, OpenBatch] | undefined
    for (const entry of this.#open) {
      if (largest === undefined || entry[1].bytes > largest[1].bytes) largest = entry
    }
    if (largest !== undefined) this.#open.delete(largest[0])
    return largest?.[1]
  }
}

const NUMBER_BYTES = 8

/** About as many bytes as a value has on its way. */
export function valueBytes(value: CqlValue): number {
  switch (typeof value) {
    case 'string':
      return value.length
    case 'number':
    case 'bigint':
      return NUMBER_BYTES
    case 'boolean':
      return 1
    case 'undefined':
      return 0
    default:
      return objectBytes(value)
  }
}

function objectBytes(
  value: Exclude<CqlValue, string | number | bigint | boolean | undefined>,
): number {
  if (value === null) return 0
  if (value instanceof Date) return NUMBER_BYTES
  if (value instanceof Uint8Array) return value.length
  let bytes = 0
  if (value instanceof Map) {
    for (const [key, one] of value as ReadonlyMap<CqlValue, CqlValue>) {
      bytes += valueBytes(key) + valueBytes(one)
    }
    return bytes
  }
  const parts: Iterable<CqlValue> =
    Symbol.iterator in value
      ? (value as Iterable<CqlValue>)
      : (Object.values(value) as readonly CqlValue[])
  for (const one of parts) bytes += valueBytes(one)
  return bytes
}

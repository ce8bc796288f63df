import { invalidArgument } from '../errors.ts'
import type { Column } from '../columns/index.ts'
import { compareKeys, hashKey } from '../keys/index.ts'
import { RangeIndex } from './range-index.ts'

/** A partitioner as plain data (and, for `function`, the user's function): what travels with a stage. */
export type PartitionerSpec =
  | { readonly type: 'hash'; readonly numPartitions: number }
  | { readonly type: 'index'; readonly numPartitions: number }
  | {
      readonly type: 'range'
      readonly numPartitions: number
      readonly bounds: readonly unknown[]
      readonly isAscending: boolean
    }
  | {
      readonly type: 'function'
      readonly numPartitions: number
      readonly getPartition: (key: never) => number
    }

/** Which of `numPartitions` partitions a key belongs to; the same for equal keys. */
export interface Partitioner {
  readonly numPartitions: number
  /** 0 … numPartitions - 1. @throws TROUPE_SPARK_KEY_UNSUPPORTED */
  getPartition(key: unknown): number
  /** Whether it puts every key where `other` does, as far as can be told. */
  equals(other: Partitioner): boolean
  toSpec(): PartitionerSpec
}

/** By the stable hash of the key, modulo the number of partitions. */
export class HashPartitioner implements Partitioner {
  readonly numPartitions: number

  /**
   * @param least 0 where there may be no rows at all, so that nobody asks for the partition of one
   * @throws TROUPE_SPARK_ARGUMENT_INVALID
   */
  constructor(numPartitions: number, least: 0 | 1 = 1) {
    this.numPartitions = checkedPartitions('HashPartitioner', numPartitions, least)
  }

  getPartition(key: unknown): number {
    return hashKey(key) % this.numPartitions
  }

  equals(other: Partitioner): boolean {
    return other instanceof HashPartitioner && other.numPartitions === this.numPartitions
  }

  toSpec(): PartitionerSpec {
    return { type: 'hash', numPartitions: this.numPartitions }
  }
}

/** By keys that are the partitions themselves. */
export class IndexPartitioner implements Partitioner {
  readonly numPartitions: number

  constructor(numPartitions: number) {
    this.numPartitions = checkedPartitions('IndexPartitioner', numPartitions)
  }

  getPartition(key: unknown): number {
    return key as number
  }

  equals(other: Partitioner): boolean {
    return other instanceof IndexPartitioner && other.numPartitions === this.numPartitions
  }

  toSpec(): PartitionerSpec {
    return { type: 'index', numPartitions: this.numPartitions }
  }
}

/**
 * By the place of the key among `bounds`, which are in ascending order: partition i has the keys up to and
 * with bound i. There are as many partitions as bounds, and one more: fewer than were asked for where there are only few
 * keys, as in Spark.
 */
export class RangePartitioner implements Partitioner {
  readonly isAscending: boolean
  readonly #asked: number
  #bounds: readonly unknown[] | undefined
  #index: RangeIndex | undefined

  /** Without `bounds` it waits for {@link RangePartitioner.setBounds}: they come from a sampling job. */
  constructor(numPartitions: number, isAscending: boolean, bounds?: readonly unknown[]) {
    this.#asked = checkedPartitions('RangePartitioner', numPartitions)
    this.isAscending = isAscending
    this.#bounds = numPartitions === 1 ? [] : bounds
    this.#index = RangeIndex.of(this.#bounds ?? [])
  }

  /** How many there are; without bounds, how many there may be at most. */
  get numPartitions(): number {
    return this.#bounds === undefined ? this.#asked : this.#bounds.length + 1
  }

  hasBounds(): boolean {
    return this.#bounds !== undefined
  }

  get bounds(): readonly unknown[] | undefined {
    return this.#bounds
  }

  setBounds(bounds: readonly unknown[]): void {
    this.#bounds = bounds
    this.#index = RangeIndex.of(bounds)
  }

  /** The partition of each key of a column; undefined where keys are to be looked at one by one. */
  partitionsOf(keys: Column, rows: number): Int32Array | undefined {
    const bounds = this.#bounds ?? []
    if (bounds.length === 0) return new Int32Array(rows)
    if (keys.type === 'number') {
      const partitions = new Int32Array(rows)
      for (let i = 0; i < rows; i += 1) partitions[i] = this.getPartition(keys.values[i])
      return partitions
    }
    const found = this.#index?.findAll(keys, rows)
    if (found === undefined || this.isAscending) return found
    for (let i = 0; i < rows; i += 1) found[i] = bounds.length - (found[i] as number)
    return found
  }

  getPartition(key: unknown): number {
    const bounds = this.#bounds ?? []
    const less = this.#index?.find(key) ?? this.#find(key)
    return this.isAscending ? less : bounds.length - less
  }

  /** How many bounds are less than a key. */
  #find(key: unknown): number {
    const bounds = this.#bounds ?? []
    let low = 0
    let high = bounds.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareKeys(key, bounds[middle]) > 0) low = middle + 1
      else high = middle
    }
    return low
  }

  equals(other: Partitioner): boolean {
    return this === other
  }

  toSpec(): PartitionerSpec {
    const { numPartitions, isAscending } = this
    return { type: 'range', numPartitions, bounds: this.#bounds ?? [], isAscending }
  }
}

/** By a function of the user's. */
export class FunctionPartitioner implements Partitioner {
  readonly numPartitions: number
  readonly #getPartition: (key: never) => number

  constructor(numPartitions: number, getPartition: (key: never) => number) {
    this.numPartitions = checkedPartitions('FunctionPartitioner', numPartitions)
    this.#getPartition = getPartition
  }

  getPartition(key: unknown): number {
    const partition = this.#getPartition(key as never)
    if (Number.isInteger(partition) && partition >= 0 && partition < this.numPartitions)
      return partition
    throw invalidArgument(
      'getPartition',
      partition,
      `to answer an integer in 0 … ${this.numPartitions - 1}`,
    )
  }

  equals(other: Partitioner): boolean {
    return (
      other instanceof FunctionPartitioner &&
      other.numPartitions === this.numPartitions &&
      other.#getPartition === this.#getPartition
    )
  }

  toSpec(): PartitionerSpec {
    return { type: 'function', numPartitions: this.numPartitions, getPartition: this.#getPartition }
  }
}

/** The partitioner that a spec describes. */
export function partitionerOf(spec: PartitionerSpec): Partitioner {
  switch (spec.type) {
    case 'hash':
      return new HashPartitioner(spec.numPartitions, 0)
    case 'index':
      return new IndexPartitioner(spec.numPartitions)
    case 'range':
      return new RangePartitioner(spec.numPartitions, spec.isAscending, spec.bounds)
    case 'function':
      return new FunctionPartitioner(spec.numPartitions, spec.getPartition)
  }
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID unless it is an integer in `least` (1) … 2^24. */
export function checkedPartitions(where: string, numPartitions: number, least: 0 | 1 = 1): number {
  if (Number.isInteger(numPartitions) && numPartitions >= least && numPartitions <= 1 << 24)
    return numPartitions
  throw invalidArgument(`${where}: numPartitions`, numPartitions, 'an integer in 1 … 2^24')
}

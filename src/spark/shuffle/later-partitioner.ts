import { SparkError } from '../errors.ts'
import type { Partitioner, PartitionerSpec } from './partitioner.ts'

/**
 * A partitioner that is chosen when a job is prepared, since how many partitions there are upstream is known only then.
 * After that it is what was chosen; before, it is equal to nothing but itself.
 */
export class LaterPartitioner implements Partitioner {
  #choose: (() => Promise<Partitioner>) | undefined
  #choosing: Promise<Partitioner> | undefined
  #chosen: Partitioner | undefined

  constructor(choose: () => Promise<Partitioner>) {
    this.#choose = choose
  }

  /** What was chosen, if it was. */
  get chosen(): Partitioner | undefined {
    return this.#chosen
  }

  /** Chooses, once; what the choice fails with may be mended, and another call tries again. */
  choose(): Promise<Partitioner> {
    return (this.#choosing ??= this.#decide())
  }

  async #decide(): Promise<Partitioner> {
    try {
      const made = await this.#choose?.()
      const chosen = made === undefined ? undefined : knownPartitioner(made)
      if (chosen === undefined) throw partitionsLater()
      this.#chosen = chosen
      // It refers to the RDDs upstream, which may be cut off.
      this.#choose = undefined
      return chosen
    } catch (error) {
      this.#choosing = undefined
      throw error
    }
  }

  /** @throws TROUPE_SPARK_PARTITIONS_LATER */
  get numPartitions(): number {
    return this.#known().numPartitions
  }

  getPartition(key: unknown): number {
    return this.#known().getPartition(key)
  }

  equals(other: Partitioner): boolean {
    return isSamePartitioner(this, other)
  }

  toSpec(): PartitionerSpec {
    return this.#known().toSpec()
  }

  #known(): Partitioner {
    if (this.#chosen === undefined) throw partitionsLater()
    return this.#chosen
  }
}

/** The partitioner itself; of one that is chosen later, what was chosen: undefined as long as nothing was. */
export function knownPartitioner(partitioner: Partitioner): Partitioner | undefined {
  return partitioner instanceof LaterPartitioner ? partitioner.chosen : partitioner
}

/** The partitioner itself, or what is chosen now. */
export async function choosePartitioner(partitioner: Partitioner): Promise<Partitioner> {
  return partitioner instanceof LaterPartitioner ? partitioner.choose() : partitioner
}

/** Whether both put every key into the same partition, as far as can be told, now. */
export function isSamePartitioner(
  one: Partitioner | undefined,
  other: Partitioner | undefined,
): boolean {
  if (one === undefined || other === undefined) return false
  if (one === other) return true
  const [known, otherKnown] = [knownPartitioner(one), knownPartitioner(other)]
  return known !== undefined && otherKnown !== undefined && known.equals(otherKnown)
}

function partitionsLater(): SparkError {
  return new SparkError(
    'TROUPE_SPARK_PARTITIONS_LATER',
    'The number of partitions is not known yet: it is that of the RDDs upstream, which are asked before the first job; ' +
      'await rdd.getNumPartitions() first, or say a number where the keys are shuffled',
  )
}

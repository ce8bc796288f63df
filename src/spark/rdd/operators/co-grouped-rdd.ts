import { concatBatches, laterBatches, transformBatches, type Batches } from '../../batches/index.ts'
import { KeyMap } from '../../keys/index.ts'
import {
  ExternalCombiner,
  choosePartitioner,
  isSamePartitioner,
  partitionerOf,
  requirePairs,
  type Combining,
  type Pair,
  type Partitioner,
  type PartitionerSpec,
} from '../../shuffle/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { narrow, type Dependency } from '../dependency.ts'
import type { Partition } from '../partition.ts'
import { prepareRanges } from '../range-samples.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'

export interface TogetherProps {
  /** The method it comes from, for errors. */
  readonly operation: string
  readonly partitioner: Partitioner | PartitionerSpec
  /** By input: the shuffle that brings it; undefined for one that lies by the partitioner already. */
  readonly shuffleIds: readonly (number | undefined)[]
}

interface TogetherPartition extends Partition {
  /** By input: the partition of one that is not shuffled. */
  readonly splits: readonly (Partition | undefined)[]
}

/**
 * Pairs of several RDDs by key.
 *
 * partitions: the partitioner's; dependencies: for each parent a shuffle, or a narrow one if it lies by the partitioner
 * already (on executors only these); partitioner: its own.
 */
abstract class TogetherRDD<T> extends RDD<T> {
  override readonly partitioner: Partitioner
  protected props: TogetherProps
  /** By input; undefined on executors for one that comes from map outputs. */
  readonly #inputs: readonly (RDD<never> | undefined)[]

  constructor(context: RddContext, parents: readonly RDD<never>[], props: TogetherProps) {
    const partitioner =
      'type' in props.partitioner ? partitionerOf(props.partitioner) : props.partitioner
    const inputs = inputsOf(parents, props.shuffleIds)
    super(context, dependenciesOf(inputs, props, partitioner))
    this.partitioner = partitioner
    this.props = props
    this.#inputs = inputs
  }

  async getPartitions(): Promise<readonly TogetherPartition[]> {
    const partitioner = await choosePartitioner(this.partitioner)
    const splits: (readonly Partition[] | undefined)[] = []
    for (const [i, rdd] of this.#inputs.entries()) {
      const isPlaced = this.props.shuffleIds[i] === undefined || rdd?.partitioner !== undefined
      const partitions = isPlaced ? await rdd?.partitions() : undefined
      const isInPlace = isSamePartitioner(rdd?.partitioner, partitioner)
      splits.push(isInPlace ? partitions : undefined)
      if (!isInPlace && rdd !== undefined) await prepareRanges({ rdd, partitioner })
    }
    this.#decide(
      partitioner,
      splits.map((each) => each !== undefined),
    )
    return Array.from({ length: partitioner.numPartitions }, (_, index) => ({
      index,
      splits: splits.map((each) => each?.[index]),
    }))
  }

  /** Inputs of which it has turned out that they lie by the partitioner are not shuffled. */
  #decide(partitioner: Partitioner, isInPlace: readonly boolean[]): void {
    const dependencies = this.getDependencies()
    const { shuffleIds } = this.props
    this.props = {
      ...this.props,
      shuffleIds: shuffleIds.map((shuffleId, i) => (isInPlace[i] === true ? undefined : shuffleId)),
    }
    this.settle(
      partitioner,
      dependencies.map((dependency, i) =>
        isInPlace[i] === true && dependency.type === 'shuffle'
          ? narrow(dependency.rdd)
          : dependency,
      ),
    )
  }

  override toSpec(): OperatorSpec {
    return {
      kind: this.kind,
      props: { ...this.props, partitioner: this.partitioner.toSpec() },
    }
  }

  /** The word it travels by. */
  protected abstract readonly kind: string

  /** The pairs of each input that belong into a partition; each is opened when it is pulled first. */
  inputs(split: Partition, context: TaskContext): Batches<Pair>[] {
    return this.props.shuffleIds.map((_, input) =>
      concatBatches([() => this.#open(input, split as TogetherPartition, context)]),
    )
  }

  #open(input: number, split: TogetherPartition, context: TaskContext): Batches<Pair> {
    const shuffleId = this.props.shuffleIds[input]
    if (shuffleId !== undefined) return context.shuffle.read(shuffleId, split.index)
    const rdd = this.#inputs[input] as RDD<Pair>
    return rdd.iterator(split.splits[input] as Partition, context)
  }

  /** The pairs of each input in order, one batch after the other, to `take`. */
  protected async drain(
    inputs: readonly Batches<Pair>[],
    context: TaskContext,
    take: (batch: readonly Pair[], input: number) => void | Promise<void>,
    order: readonly number[] = inputs.map((_, i) => i),
  ): Promise<void> {
    const { operation } = this.props
    for (const input of order) {
      await inputs[input]?.forEachBatch((batch) => {
        context.throwIfCancelled()
        requirePairs(batch, operation)
        return take(batch, input)
      })
    }
  }
}

/** One pair a key: an array of its values for each input. */
export class CoGroupedRDD extends TogetherRDD<Pair<unknown, unknown[][]>> {
  protected readonly kind = 'cogroup'

  compute(split: Partition, context: TaskContext): Batches<Pair<unknown, unknown[][]>> {
    return this.groups(this.inputs(split, context), context)
  }

  /** The method that it comes from. */
  get operation(): string {
    return this.props.operation
  }

  /** The values of each key by input. */
  groups(
    inputs: readonly Batches<Pair>[],
    context: TaskContext,
  ): Batches<Pair<unknown, unknown[][]>> {
    return laterBatches(this.#group(inputs, context))
  }

  async #group(
    inputs: readonly Batches<Pair>[],
    context: TaskContext,
  ): Promise<Batches<Pair<unknown, unknown[][]>>> {
    const { length } = this.props.shuffleIds
    let from = 0
    const combining: Combining = {
      combine: (batch, into) => {
        for (let i = 0; i < batch.length; i += 1) {
          const pair = batch[i] as Pair
          const number = into.numberOf(pair[0])
          if (number >= 0) (into.values[number] as unknown[][])[from]?.push(pair[1])
          else into.values.push(groupsOf(length, from, pair[1]))
        }
      },
      merge: joinedGroups,
    }
    const { spillSpace: space, memory } = context
    const { operation } = this.props
    const combiner = new ExternalCombiner({
      space,
      memory,
      combining,
      name: `groups of ${operation}`,
    })
    await this.drain(inputs, context, (batch, input) => {
      from = input
      return combiner.add(batch)
    })
    return (await combiner.finish()) as Batches<Pair<unknown, unknown[][]>>
  }
}

function groupsOf(length: number, input: number, value: unknown): unknown[][] {
  const groups: unknown[][] = []
  for (let i = 0; i < length; i += 1) groups.push(i === input ? [value] : [])
  return groups
}

/** The values of each input of the one, then those of the other. */
function joinedGroups(left: unknown, right: unknown): unknown {
  const groups = left as unknown[][]
  for (const [input, values] of (right as readonly (readonly unknown[])[]).entries()) {
    for (const value of values) groups[input]?.push(value)
  }
  return groups
}

/** The pairs of the first input whose keys the second has not. */
export class SubtractedRDD extends TogetherRDD<Pair> {
  protected readonly kind = 'subtractByKey'

  compute(split: Partition, context: TaskContext): Batches<Pair> {
    return laterBatches(this.#subtract(split, context))
  }

  /** The keys of the second are gathered, in the user's memory, as in Spark; the pairs of the first come by. */
  async #subtract(split: Partition, context: TaskContext): Promise<Batches<Pair>> {
    const gone = new KeyMap<unknown, true>()
    const inputs = this.inputs(split, context)
    const add = (batch: readonly Pair[]): void => {
      for (let i = 0; i < batch.length; i += 1) {
        const key = (batch[i] as Pair)[0]
        if (gone.get(key) === undefined) gone.add(key, true)
      }
    }
    await this.drain(inputs, context, add, [1])
    const { operation } = this.props
    return transformBatches(inputs[0] as Batches<Pair>, (batch) => {
      requirePairs(batch, operation)
      return batch.filter(([key]) => gone.get(key) === undefined)
    })
  }
}

/** On executors only the parents are there that were not shuffled, in order. */
function inputsOf(
  parents: readonly RDD<never>[],
  shuffleIds: readonly (number | undefined)[],
): (RDD<never> | undefined)[] {
  if (parents.length === shuffleIds.length) return [...parents]
  const rest = [...parents]
  return shuffleIds.map((shuffleId) => (shuffleId === undefined ? rest.shift() : undefined))
}

function dependenciesOf(
  inputs: readonly (RDD<never> | undefined)[],
  { shuffleIds }: TogetherProps,
  partitioner: Partitioner,
): Dependency[] {
  return inputs.flatMap((rdd, i): Dependency[] => {
    if (rdd === undefined) return []
    const shuffleId = shuffleIds[i]
    if (shuffleId === undefined) return [narrow(rdd)]
    return [{ type: 'shuffle', rdd, shuffleId, partitioner, aggregator: undefined }]
  })
}

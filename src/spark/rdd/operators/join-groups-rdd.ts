import { flatMapBatches, laterBatches, type Batches } from '../../batches/index.ts'
import type { JoinType } from '../../columns/index.ts'
import type { Pair } from '../../shuffle/index.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import type { RDD } from '../rdd.ts'
import type { TaskContext } from '../task-context.ts'
import { CoGroupedRDD } from './co-grouped-rdd.ts'
import { joinPartitions } from './join-partitions.ts'
import { NarrowRDD } from './narrow-rdd.ts'

type Groups = Pair<unknown, readonly [readonly unknown[], readonly unknown[]]>

interface JoinGroupsProps {
  readonly type: JoinType
}

const NONE: readonly undefined[] = [undefined]

/**
 * From the two groups of each key, each value of the one beside each of the other. No groups are made as long as one side
 * fits memory.
 */
export class JoinGroupsRDD extends NarrowRDD<Groups, Pair, JoinGroupsProps> {
  readonly kind = 'joinGroups'

  constructor(context: RddContext, parents: readonly RDD<never>[], props: JoinGroupsProps) {
    super(context, parents, props, { keepsKeys: true })
  }

  compute(split: Partition, context: TaskContext): Batches<Pair> {
    const { parent } = this
    if (!(parent instanceof CoGroupedRDD)) return this.#besides(parent.iterator(split, context))
    const [left, right] = parent.inputs(split, context) as [Batches<Pair>, Batches<Pair>]
    return laterBatches(
      joinPartitions(left, right, {
        type: this.props.type,
        operation: parent.operation,
        context,
        byGroups: (...inputs) => this.#besides(parent.groups(inputs, context) as Batches<never>),
      }),
    )
  }

  #besides(groups: Batches<Groups>): Batches<Pair> {
    const { type } = this.props
    const keepsLeft = type === 'left' || type === 'full'
    const keepsRight = type === 'right' || type === 'full'
    return flatMapBatches(groups, ([key, [lefts, rights]]) =>
      beside(
        key,
        keepsRight && lefts.length === 0 ? NONE : lefts,
        keepsLeft && rights.length === 0 ? NONE : rights,
      ),
    )
  }
}

/** Pairs of a key that are made at once. */
const FEW = 4096

function beside(
  key: unknown,
  lefts: readonly unknown[],
  rights: readonly unknown[],
): Iterable<Pair> {
  if (lefts.length * rights.length > FEW) return manyBeside(key, lefts, rights)
  const pairs: Pair[] = []
  for (let i = 0; i < lefts.length; i += 1) {
    for (let j = 0; j < rights.length; j += 1) pairs.push([key, [lefts[i], rights[j]]])
  }
  return pairs
}

/** One by one: a key with many values on both sides has very many pairs. */
function* manyBeside(
  key: unknown,
  lefts: readonly unknown[],
  rights: readonly unknown[],
): Iterable<Pair> {
  for (const left of lefts) for (const right of rights) yield [key, [left, right]]
}

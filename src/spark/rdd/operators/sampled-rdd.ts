import { flatMapBatches, transformBatches, type Batches } from '../../batches/index.ts'
import { levelOfOrderSensitive, type DeterministicLevel } from '../determinism.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import type { RDD } from '../rdd.ts'
import { bernoulli, bernoulliCell, poisson, type Sampler } from '../sampling/samplers.ts'
import { SeededRandom } from '../sampling/seeded-random.ts'
import type { TaskContext } from '../task-context.ts'
import { NarrowRDD } from './narrow-rdd.ts'

/** What is drawn from each partition; the seed and the partition's index say which rows. */
export type SampleProps = { readonly seed: number } & (
  | { readonly type: 'bernoulli'; readonly fraction: number }
  | { readonly type: 'cell'; readonly from: number; readonly to: number }
  /** With replacement. */
  | { readonly type: 'poisson'; readonly fraction: number }
)

/** A random sample of the rows, the same each time it is computed. */
export class SampledRDD<T> extends NarrowRDD<T, T, SampleProps> {
  readonly kind = 'sample'

  constructor(context: RddContext, parents: readonly RDD<never>[], props: SampleProps) {
    super(context, parents, props, { keepsKeys: true })
  }

  /** Which rows are drawn depends on the order in which they come. */
  protected override getOutputDeterministicLevel(): DeterministicLevel {
    return levelOfOrderSensitive(this.parent.outputDeterministicLevel)
  }

  compute(split: Partition, context: TaskContext): Batches<T> {
    const rows = this.parent.iterator(split, context)
    const sampler = this.#sampler(split.index)
    if (this.props.type === 'poisson')
      return flatMapBatches(rows, (row) => repeated(row, sampler()))
    return transformBatches(rows, (batch) => batch.filter(() => sampler() > 0))
  }

  #sampler(partition: number): Sampler {
    const { props } = this
    const random = new SeededRandom(props.seed, partition)
    switch (props.type) {
      case 'bernoulli':
        return bernoulli(props.fraction, random)
      case 'cell':
        return bernoulliCell(props.from, props.to, random)
      case 'poisson':
        return poisson(props.fraction, random)
    }
  }
}

function repeated<T>(row: T, times: number): T[] {
  const rows: T[] = []
  for (let i = 0; i < times; i += 1) rows.push(row)
  return rows
}

import type { Partitioner } from '../../shuffle/index.ts'
import type { OperatorSpec } from '../base-rdd.ts'
import { narrow } from '../dependency.ts'
import type { Partition } from '../partition.ts'
import type { RddContext } from '../rdd-context.ts'
import { RDD } from '../rdd.ts'

/**
 * An RDD with one parent, whose partition i is computed from the parent's partition i.
 *
 * partitions: the parent's; dependencies: one, narrow; partitioner: the parent's if keys stay as they are, none
 * otherwise.
 */
export abstract class NarrowRDD<T, U, Props> extends RDD<U> {
  /** The word it travels by. */
  abstract readonly kind: string
  override readonly partitioner: Partitioner | undefined
  protected readonly parent: RDD<T>
  protected readonly props: Props
  readonly #keepsKeys: boolean

  constructor(
    context: RddContext,
    parents: readonly RDD<never>[],
    props: Props,
    options: { readonly keepsKeys?: boolean } = {},
  ) {
    const parent = parents[0] as RDD<unknown>
    super(context, [narrow(parent)])
    this.parent = parent as RDD<T>
    this.props = props
    this.#keepsKeys = options.keepsKeys === true
    this.partitioner = this.#keepsKeys ? parent.partitioner : undefined
  }

  async getPartitions(): Promise<readonly Partition[]> {
    const partitions = await this.parent.partitions()
    if (this.#keepsKeys) this.settle(this.parent.partitioner)
    return partitions
  }

  override toSpec(): OperatorSpec {
    return { kind: this.kind, props: this.props }
  }
}

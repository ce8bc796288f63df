import { sparseRatio, type FileSplit } from './files/index.ts'
import { isStored } from '../storage/index.ts'
import { createOperator } from './operator-table.ts'
import type { RDD } from './rdd.ts'

/** Operators that look at one row at a time, so that some rows of a partition are worked on as all of them are. */
const BY_ROW: ReadonlySet<string> = new Set([
  'map',
  'filter',
  'flatMap',
  'keyBy',
  'keys',
  'values',
  'mapValues',
  'flatMapValues',
  'rowsAsKeys',
])

/** The rows of an RDD in part. */
export interface SparseRdd {
  readonly rdd: RDD<unknown>
  /** For how many rows of a partition one stands, about; its partitions must be known. */
  readonly ratioOf: (partition: number) => number
}

/**
 * The same RDD over pieces of its files, evenly spread over each partition: enough to draw a sample of. Undefined for an
 * RDD that does not come from files, or not by operators of single rows, and for one that is kept or checkpointed
 * on the way.
 */
export function sparseRdd(rdd: RDD<unknown>): SparseRdd | undefined {
  const operators: { readonly kind: string; readonly props: unknown }[] = []
  let at = rdd
  for (;;) {
    if (isStored(at.getStorageLevel()) || at.isCheckpointed()) return undefined
    const { kind, props } = at.toSpec()
    if (kind === 'textFile' || kind === 'binaryRecords') {
      const source = createOperator<RDD<unknown>>(kind, at.context, [], {
        ...(props as object),
        isSparse: true,
      })
      source.sharePartitions(at)
      const unitBytes = (props as { readonly recordLength?: number }).recordLength ?? 1
      const ratioOf = (partition: number): number => {
        const split = source.preparedPartitions?.[partition] as FileSplit | undefined
        return split === undefined ? 1 : sparseRatio(split, unitBytes)
      }
      const made = operators.reduceRight<RDD<unknown>>(
        (parent, { kind: each, props: own }) =>
          createOperator(each, at.context, [parent as RDD<never>], own),
        source,
      )
      return { rdd: made, ratioOf }
    }
    const [dependency] = at.getDependencies()
    if (!BY_ROW.has(kind) || dependency?.type !== 'narrow') return undefined
    operators.push({ kind, props })
    at = dependency.rdd
  }
}

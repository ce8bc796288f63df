import type { Partition } from './partition.ts'

/** A partition, with those that lie in it named by their place. */
type Row = readonly [
  own: Readonly<Record<string, unknown>>,
  /** Place of `split`, -1 where there is none. */
  split: number,
  /** Places of `splits`, -1 for what is none. */
  splits?: readonly number[],
]

/** A partition that has others in it, as it travels. */
interface FlatPartition {
  readonly flat: readonly Row[]
}

interface Composite extends Partition {
  readonly split?: unknown
  readonly splits?: unknown
}

/**
 * A partition as it travels. The partitions of parents that lie in it (`split`, `splits`) lie side by side in it then, each
 * once, so that it is no deeper for a long lineage than for a short one. Without recursion.
 */
export function flatPartition(partition: Partition): unknown {
  if (!isComposite(partition)) return partition
  const places = new Map<Partition, number>([[partition, 0]])
  const found: Composite[] = [partition]
  const place = (inner: unknown): number => {
    if (!isPartition(inner)) return -1
    let at = places.get(inner)
    if (at === undefined) {
      at = found.push(inner) - 1
      places.set(inner, at)
    }
    return at
  }
  const flat: Row[] = []
  for (let at = 0; at < found.length; at += 1) {
    const each = found[at] as Composite
    if (!isComposite(each)) {
      flat.push([each as unknown as Row[0], -1])
      continue
    }
    const { split, splits, ...own } = each
    const one = place(split)
    const rest = { ...own, ...(split !== undefined && one < 0 ? { split } : {}) }
    if (isListOfPartitions(splits)) flat.push([rest, one, splits.map(place)])
    else flat.push([splits === undefined ? rest : { ...rest, splits }, one])
  }
  return { flat } satisfies FlatPartition
}

/** The partition that {@link flatPartition} was given. */
export function deepPartition(travelled: unknown): Partition {
  const { flat } = travelled as Partial<FlatPartition>
  if (flat === undefined) return travelled as Partition
  const partitions = flat.map(([own]) => own as unknown as { split?: unknown; splits?: unknown })
  flat.forEach(([, split, splits], at) => {
    const partition = partitions[at]
    if (partition === undefined) return
    if (split >= 0) partition.split = partitions[split]
    if (splits !== undefined) partition.splits = splits.map((inner) => partitions[inner])
  })
  return partitions[0] as unknown as Partition
}

function isComposite({ split, splits }: Composite): boolean {
  return isPartition(split) || isListOfPartitions(splits)
}

function isPartition(value: unknown): value is Composite {
  return (
    typeof value === 'object' && value !== null && Number.isInteger(Reflect.get(value, 'index'))
  )
}

/** Where none of a parent is read, there is undefined in its place. */
function isListOfPartitions(value: unknown): value is readonly unknown[] {
  return (
    Array.isArray(value) &&
    value.some(isPartition) &&
    value.every((one) => one === undefined || isPartition(one))
  )
}

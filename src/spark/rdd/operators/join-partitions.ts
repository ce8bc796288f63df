import {
  batchesOf,
  columnBatches,
  inFront,
  rowsOf,
  type AnyBatch,
  type Batch,
  type Batches,
} from '../../batches/index.ts'
import {
  ColumnBatch,
  JoinProbe,
  JoinTableBuilder,
  type JoinTable,
  type JoinType,
} from '../../columns/index.ts'
import { HeldMemory, requirePairs, type Pair } from '../../shuffle/index.ts'
import { estimateRows } from '../../storage/index.ts'
import type { TaskContext } from '../task-context.ts'
import { RowSide, type RowProbe } from './row-join.ts'

/** What a join needs to know beside its two sides. */
export interface Joining {
  readonly type: JoinType
  /** The method it comes from, for errors. */
  readonly operation: string
  readonly context: TaskContext
  /** Joins by way of groups, which are spilled where they must be. */
  readonly byGroups: (left: Batches<Pair>, right: Batches<Pair>) => Batches<Pair>
}

/**
 * Joins the pairs of one partition: those on the right are held by key, those on the left come by, as columns where both come so.
 * Where the right side does not fit memory, the join goes by groups. The rows are in the order of the left side; those that only
 * the right side has come last.
 */
export async function joinPartitions(
  left: Batches<Pair>,
  right: Batches<Pair>,
  joining: Joining,
): Promise<Batches<Pair>> {
  const { context, operation, byGroups } = joining
  // Nothing is spilled here: what does not fit goes by groups, which can.
  const memory = new HeldMemory(context.memory, `table of ${operation}`, () => Promise.resolve(0))
  const side = new Side(operation)
  const pull = right.nextAny ?? right.next
  try {
    for (;;) {
      context.throwIfCancelled()
      const batch = await pull()
      if (batch === undefined) break
      side.add(batch)
      if (await memory.reach(side.bytes)) continue
      memory.shrink(0)
      return byGroups(left, inFront(side.batches(), right))
    }
    await right.close()
  } catch (error) {
    // Blocks that are on their way come to an end before the task does.
    await right.close()
    await left.close()
    memory.shrink(0)
    throw error
  }
  const release = (): void => {
    memory.shrink(0)
  }
  return joined(left, side.finish(), joining, release)
}

/** The right side as it comes: columns as long as all of it are, rows otherwise. */
class Side {
  readonly #operation: string
  #columns: JoinTableBuilder | undefined = new JoinTableBuilder()
  #rows: RowSide | undefined
  #rowBytes = 0

  constructor(operation: string) {
    this.#operation = operation
  }

  /** About how much memory it takes. */
  get bytes(): number {
    return this.#columns?.bytes ?? this.#rowBytes
  }

  /** @throws TROUPE_SPARK_ROW_NOT_A_PAIR; TROUPE_SPARK_KEY_UNSUPPORTED */
  add(batch: AnyBatch<Pair>): void {
    if (batch instanceof ColumnBatch) {
      if (this.#columns?.add(batch) === true) return
      for (const rows of rowsOf<Pair>(batch)) this.#addRows(rows)
    } else if (batch.length > 0) this.#addRows(batch)
  }

  /** All that it took, for somebody else. */
  batches(): AnyBatch<Pair>[] {
    const columns = this.#columns?.batch()
    if (columns !== undefined) return [columns]
    return this.#rows === undefined ? [] : batchesOfSide(this.#rows)
  }

  /** The columns of which it is made, or rows. */
  finish(): JoinTable | RowSide {
    return this.#columns?.table() ?? this.#rows ?? new RowSide()
  }

  #addRows(batch: Batch<Pair>): void {
    requirePairs(batch, this.#operation)
    if (this.#rows === undefined) {
      this.#rows = new RowSide()
      const columns = this.#columns?.batch()
      this.#columns = undefined
      for (const rows of columns === undefined ? [] : rowsOf<Pair>(columns)) this.#addRows(rows)
    }
    this.#rows.add(batch)
    this.#rowBytes += estimateRows(batch)
  }
}

function joined(
  left: Batches<Pair>,
  side: JoinTable | RowSide,
  { type, operation, context }: Joining,
  release: () => void,
): Batches<Pair> {
  const columns = side instanceof RowSide ? undefined : new JoinProbe(side, type)
  const keepsRight = type === 'right' || type === 'full'
  const met = columns?.met ?? (keepsRight ? new Uint8Array(side.size) : undefined)
  let rows: RowProbe | undefined
  let current: JoinProbe | RowProbe | undefined
  let rest: IterableIterator<ColumnBatch> | Batches<Pair> | undefined
  const rowProbe = (): RowProbe => {
    if (side instanceof RowSide) return side.probe(type, met)
    const made = new RowSide()
    made.addTable(side)
    return made.probe(type, met)
  }
  const take = (batch: AnyBatch<Pair>): void => {
    if (batch instanceof ColumnBatch && columns?.open(batch) === true) {
      current = columns
      return
    }
    const plain = batch instanceof ColumnBatch ? (batch.slice(0, batch.rows) as Pair[]) : batch
    requirePairs(plain, operation)
    rows ??= rowProbe()
    rows.open(plain)
    current = rows
  }
  // Only where they are joined as columns are columns wanted.
  const pull = (columns === undefined ? undefined : left.nextAny) ?? left.next
  const next = (): AnyBatch<Pair> | undefined | Promise<AnyBatch<Pair> | undefined> => {
    for (;;) {
      const made = current?.next()
      if (made !== undefined) return made
      if (rest !== undefined) return nextOf(rest, release)
      context.throwIfCancelled()
      const pulled = pull()
      if (pulled instanceof Promise) return pulled.then(goOn)
      open(pulled)
    }
  }
  const goOn = (pulled: AnyBatch<Pair> | undefined): ReturnType<typeof next> => {
    open(pulled)
    return next()
  }
  const open = (pulled: AnyBatch<Pair> | undefined): void => {
    if (pulled !== undefined) take(pulled)
    else rest = side instanceof RowSide ? unmet(side, met) : (columns as JoinProbe).rest()
  }
  return columnBatches(next, async () => {
    release()
    await left.close()
  })
}

function unmet(side: RowSide, met: Uint8Array | undefined): Batches<Pair> {
  return batchesOf(met === undefined ? [] : side.unmet(met))
}

function nextOf(
  rest: IterableIterator<ColumnBatch> | Batches<Pair>,
  release: () => void,
): AnyBatch<Pair> | undefined | Promise<AnyBatch<Pair> | undefined> {
  const batch = 'close' in rest ? rest.next() : (rest.next().value as ColumnBatch | undefined)
  if (batch === undefined) release()
  return batch
}

function batchesOfSide(side: RowSide): AnyBatch<Pair>[] {
  return [[...side.pairs()]]
}

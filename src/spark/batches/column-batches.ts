import { ColumnBatch, type Kernel } from '../columns/index.ts'
import {
  BATCH_ROWS,
  Batches,
  type AnyBatch,
  type Batch,
  type Pull,
  type PullAny,
} from './batches.ts'

/** Batches whose source may give columns; whoever wants rows gets these, in batches of at most {@link BATCH_ROWS}. */
export function columnBatches<T>(
  nextAny: PullAny<T>,
  close?: () => void | Promise<void>,
): Batches<T> {
  return new Batches(rowPull(nextAny), close, nextAny)
}

/** Batches that are there already, then those of `rest`; none without it. */
export function inFront<T>(batches: Iterable<AnyBatch<T>>, rest?: Batches<T>): Batches<T> {
  const iterator = batches[Symbol.iterator]()
  const next = rest?.nextAny ?? rest?.next
  return columnBatches<T>(
    () => {
      const step = iterator.next()
      return step.done === true ? next?.() : step.value
    },
    () => {
      iterator.return?.()
      return rest?.close()
    },
  )
}

/** What a column batch holds, as batches of rows. */
export function rowsOf<T>(batch: ColumnBatch): Batch<T>[] {
  const batches: Batch<T>[] = []
  for (let at = 0; at < batch.rows; at += BATCH_ROWS) {
    batches.push(batch.slice(at, Math.min(batch.rows, at + BATCH_ROWS)) as T[])
  }
  return batches
}

/**
 * A recognised operator: what comes as columns goes through `kernel`; what the kernel declines, and what comes as rows,
 * through `onRows`, which must not remember anything from one batch to the next.
 */
export function throughKernel<T, U>(
  source: Batches<T>,
  kernel: Kernel | undefined,
  onRows: (source: Batches<T>) => Batches<U>,
): Batches<U> {
  const { nextAny } = source
  if (nextAny === undefined || kernel === undefined) return onRows(source)
  /** What is left of a batch that goes by rows. */
  let rest: Batches<U> | undefined
  const take = (batch: AnyBatch<T> | undefined): ReturnType<PullAny<U>> => {
    if (batch === undefined) return undefined
    if (batch instanceof ColumnBatch) {
      const made = kernel(batch)
      if (made !== undefined) return made
      rest = onRows(listed(rowsOf<T>(batch)))
    } else rest = onRows(listed([batch]))
    return drain()
  }
  const drain = (): ReturnType<PullAny<U>> => {
    const pulled = rest?.next()
    return pulled instanceof Promise ? pulled.then(goOn) : goOn(pulled)
  }
  const goOn = (batch: Batch<U> | undefined): ReturnType<PullAny<U>> => {
    if (batch !== undefined) return batch
    rest = undefined
    const pulled = nextAny()
    return pulled instanceof Promise ? pulled.then(take) : take(pulled)
  }
  return columnBatches(
    () => (rest === undefined ? goOn(undefined) : drain()),
    async () => {
      await rest?.close()
      await source.close()
    },
  )
}

function listed<T>(batches: readonly Batch<T>[]): Batches<T> {
  let at = 0
  return new Batches(() => batches[at++])
}

function rowPull<T>(nextAny: PullAny<T>): Pull<T> {
  let ready: Batch<T>[] = []
  let at = 0
  const take = (batch: AnyBatch<T> | undefined): Batch<T> | undefined => {
    if (!(batch instanceof ColumnBatch)) return batch
    ready = rowsOf<T>(batch)
    at = 0
    return ready.length === 0 ? [] : ready[at++]
  }
  return () => {
    if (at < ready.length) return ready[at++]
    const pulled = nextAny()
    return pulled instanceof Promise ? pulled.then(take) : take(pulled)
  }
}

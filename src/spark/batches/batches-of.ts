import { FIRST_ROWS, rowsAfter } from './batch-bound.ts'
import { columnBatches } from './column-batches.ts'
import { BATCH_ROWS, Batches, type AnyBatch, type PullAny, type Rows } from './batches.ts'

/** Cuts rows of any kind into batches; batches stay as they are. */
export function batchesOf<T>(rows: Rows<T>): Batches<T> {
  if (rows instanceof Batches) return rows
  if (Array.isArray(rows)) return sliced(rows as readonly T[])
  if (Symbol.iterator in rows) return fromIterator(rows[Symbol.iterator]())
  return fromAsyncIterator(rows[Symbol.asyncIterator]())
}

/** Batches that are known only after an await. */
export function laterBatches<T>(promise: Promise<Rows<T>>): Batches<T> {
  let source: Batches<T> | undefined
  const settled = promise.then((rows) => (source = batchesOf(rows)))
  settled.catch(() => {}) // whoever pulls next sees the failure
  const nextAny = (batches: Batches<T>): ReturnType<PullAny<T>> =>
    (batches.nextAny ?? batches.next)()
  return new Batches<T>(
    () => (source === undefined ? settled.then((batches) => batches.next()) : source.next()),
    () => settled.then((batches) => batches.close()).catch(() => {}),
    () => (source === undefined ? settled.then(nextAny) : nextAny(source)),
  )
}

/** One source after another. Each is opened when its turn comes, and closed at its end. */
export function concatBatches<T>(sources: Iterable<() => Batches<T>>): Batches<T> {
  const iterator = sources[Symbol.iterator]()
  let current: Batches<T> | undefined
  const next = (): ReturnType<PullAny<T>> => {
    for (;;) {
      if (current === undefined) {
        const opened = iterator.next()
        if (opened.done === true) return undefined
        current = opened.value()
      }
      const pulled = (current.nextAny ?? current.next)()
      if (pulled instanceof Promise) return pulled.then(advance)
      if (pulled !== undefined) return pulled
      const closing = ended()
      if (closing instanceof Promise) return closing.then(next)
    }
  }
  const advance = (batch: AnyBatch<T> | undefined): ReturnType<PullAny<T>> => {
    if (batch !== undefined) return batch
    const closing = ended()
    return closing instanceof Promise ? closing.then(next) : next()
  }
  const ended = (): void | Promise<void> => {
    const closing = current?.close()
    current = undefined
    return closing
  }
  return columnBatches(next, () => current?.close())
}

function sliced<T>(rows: readonly T[]): Batches<T> {
  let at = 0
  return new Batches(() => {
    if (at >= rows.length) return undefined
    const whole = at === 0 && rows.length <= BATCH_ROWS
    const batch = whole ? rows : rows.slice(at, at + BATCH_ROWS)
    at += BATCH_ROWS
    return batch
  })
}

function fromIterator<T>(iterator: Iterator<T>): Batches<T> {
  let done = false
  return new Batches(
    () => {
      if (done) return undefined
      const batch: T[] = []
      for (let most = FIRST_ROWS; batch.length < most; most = rowsAfter(batch)) {
        while (batch.length < most) {
          const step = iterator.next()
          if (step.done === true) {
            done = true
            return batch
          }
          batch.push(step.value)
        }
      }
      return batch
    },
    () => {
      if (!done) iterator.return?.()
      done = true
    },
  )
}

function fromAsyncIterator<T>(iterator: AsyncIterator<T>): Batches<T> {
  let done = false
  return new Batches(
    async () => {
      if (done) return undefined
      const batch: T[] = []
      for (let most = FIRST_ROWS; batch.length < most; most = rowsAfter(batch)) {
        while (batch.length < most) {
          const step = await iterator.next()
          if (step.done === true) {
            done = true
            return batch
          }
          batch.push(step.value)
        }
      }
      return batch
    },
    async () => {
      if (!done) await iterator.return?.()
      done = true
    },
  )
}

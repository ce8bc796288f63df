import type { CqlOptions, CqlResult, CqlRow } from '../../../platform/index.ts'
import { BATCH_ROWS, Batches, type Batch } from '../../batches/index.ts'
import type { TaskContext } from '../../rdd/index.ts'
import type { RetryingSession } from './retrying.ts'
import type { Statement } from './selection.ts'
import type { ConnectionSettings, ReadSettings } from './settings.ts'
import { sessionOf } from './task-session.ts'

/**
 * The rows of statements, one after the other, a page a batch; the next page is asked for while one is worked on. A page that fails is asked for again from where the one
 * before has ended, on another node where there is one.
 */
export function scan<R>(
  statements: readonly Statement[],
  connection: ConnectionSettings,
  read: Pick<ReadSettings, 'consistency' | 'fetchRows'>,
  context: TaskContext,
): Batches<R> {
  const { consistency } = read
  const fetchSize = Math.min(read.fetchRows, BATCH_ROWS)
  const options: CqlOptions = { consistency, fetchSize, isIdempotent: true }
  const pages = pagesOf(sessionOf(context, connection), statements, options)
  let ahead: Promise<IteratorResult<CqlResult, void>> | undefined
  return new Batches<R>(
    async () => {
      const step = await (ahead ?? pages.next())
      if (step.done === true) return undefined
      ahead = pages.next()
      ahead.catch(() => {}) // whoever pulls next sees the failure
      context.metrics.inputRecords += step.value.rows.length
      return step.value.rows.map(plain) as unknown as Batch<R>
    },
    async () => {
      await ahead?.catch(() => undefined)
      await pages.return()
    },
  )
}

async function* pagesOf(
  opening: Promise<RetryingSession>,
  statements: readonly Statement[],
  options: CqlOptions,
): AsyncGenerator<CqlResult, void, undefined> {
  const session = await opening
  for (const { cql, values } of statements) {
    let pageState: string | undefined
    do {
      const page: CqlResult = await session.execute(
        cql,
        values,
        pageState === undefined ? options : { ...options, pageState },
      )
      yield page
      pageState = page.pageState
    } while (pageState !== undefined)
  }
}

/** The driver's rows have a class. */
function plain(row: CqlRow): CqlRow {
  return { ...row }
}

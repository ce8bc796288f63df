import { canonicalKey } from '../../keys/index.ts'
import type { Batches } from '../../batches/index.ts'
import type { TaskContext } from '../../rdd/index.ts'
import { registerAction } from '../../rdd/actions/action.ts'
import { BatchBuilder, type BoundRow, type RowBatch } from './batch-builder.ts'
import { InFlight } from './in-flight.ts'
import { Replicas } from './replicas.ts'
import { RowBinder, type Binding } from './row-binder.ts'
import type { RetryingSession } from './retrying.ts'
import type { ConnectionSettings, WriteSettings } from './settings.ts'
import { sessionOf } from './task-session.ts'
import type { WriteStatement } from './write-statement.ts'

export const WRITE_ACTION = 'cassandraWrite'

/** What the tasks of a write need. Plain data. */
export interface WriteProps {
  readonly connection: ConnectionSettings
  readonly write: WriteSettings
  readonly statement: WriteStatement
  readonly binding: Binding
}

const MEGABYTE = 1024 ** 2

/** Writes the rows of one partition; how many there were. */
async function writeRows(
  rows: Batches<unknown>,
  context: TaskContext,
  props: WriteProps,
): Promise<number> {
  const { write, binding } = props
  const session = await sessionOf(context, props.connection)
  const binder = new RowBinder(binding)
  const keyOf = await grouping(session, props, binder)
  // Conditions are for one row; a batch of them is for one partition, and takes longer.
  const limits = write.isIfNotExists ? 1 : write.batchRows
  const builder = new BatchBuilder({
    rows: limits,
    bytes: write.batchBytes,
    open: write.openBatches,
  })
  const { megabytesPerSecond } = write
  const rate = megabytesPerSecond === undefined ? undefined : megabytesPerSecond * MEGABYTE
  const inFlight = new InFlight(write.concurrentWrites, context.ports.clock, rate)
  const send = (batch: RowBatch): Promise<void> =>
    inFlight.begin(() => sendBatch(session, props, batch, context), batch.bytes)
  let count = 0
  await rows.forEachBatch(async (batch) => {
    context.throwIfCancelled()
    for (const row of batch) {
      const bound = binder.bind(row)
      const full = limits === 1 ? single(bound) : builder.add(keyOf(bound), bound)
      if (full !== undefined) await send(full)
      count += 1
    }
  })
  for (const batch of builder.rest()) await send(batch)
  await inFlight.drained()
  return count
}

function single(row: BoundRow): RowBatch {
  return { rows: [row], bytes: row.bytes }
}

async function sendBatch(
  session: RetryingSession,
  { statement, write }: WriteProps,
  { rows, bytes }: RowBatch,
  { metrics }: TaskContext,
): Promise<void> {
  const { cql, isIdempotent, isOfCounters } = statement
  const options = { consistency: write.consistency, isIdempotent }
  const [first] = rows
  if (rows.length === 1 && first !== undefined) await session.execute(cql, first.values, options)
  else {
    const queries = rows.map(({ values }) => ({ query: cql, params: values }))
    await session.batch(queries, { ...options, isLogged: false, isOfCounters })
  }
  metrics.outputRecords += rows.length
  metrics.outputBytes += bytes
}

/** What the rows of a batch have in common. */
async function grouping(
  { session }: RetryingSession,
  { write, binding, connection }: WriteProps,
  binder: RowBinder,
): Promise<(row: BoundRow) => string> {
  if (write.batchKey === 'none') return () => ''
  if (write.batchKey === 'partition') return (row) => canonicalKey(binder.partitionKey(row))
  const { table } = binding
  const replicas = new Replicas(await session.ring(table.keyspace), connection.cql.localDataCenter)
  const types = partitionTypes(table)
  return (row) => {
    const token = session.token(binder.partitionKey(row), types)
    return token === undefined ? '' : replicas.of(token).join()
  }
}

export function partitionTypes({ columns, partitionKey }: Binding['table']): readonly string[] {
  return columns.slice(0, partitionKey.length).map(({ type }) => type)
}

registerAction(WRITE_ACTION, writeRows)

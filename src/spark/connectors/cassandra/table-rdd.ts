import type { CqlValue } from '../../../platform/index.ts'
import type { Batches } from '../../batches/index.ts'
import {
  RDD,
  type OperatorSpec,
  type Partition,
  type RddContext,
  type TaskContext,
} from '../../rdd/index.ts'

import { createOperator, registerOperator } from '../../rdd/operator-table.ts'
import type { Pair } from '../../shuffle/index.ts'
import { onDriver, wantedSplits } from './planning.ts'
import { scan } from './scan.ts'
import { tableSchema } from './schema.ts'
import {
  checkedLimit,
  namesPartitions,
  statementsOf,
  type SelectedColumn,
  type Selection,
  type Statement,
} from './selection.ts'
import type { ConnectionSettings, ReadSettings } from './settings.ts'
import { planSplits } from './splits.ts'

export interface TableProps {
  readonly selection: Selection
  readonly read: ReadSettings
  /** Known with the partitions. */
  readonly connection?: ConnectionSettings
}

interface TablePartition extends Partition {
  readonly statements: readonly Statement[]
  readonly hosts: readonly string[]
}

/** What a selection comes to, for people. */
interface Plan {
  readonly partitions: readonly TablePartition[]
  readonly connection: ConnectionSettings
  readonly bytes: number | undefined
}

/**
 * The rows of a table of Cassandra, as plain objects.
 *
 * partitions: ranges of tokens of about even size; dependencies: none; compute: a query for each range, page by page; preferred locations:
 * the replicas of the local data centre; partitioner: none.
 */
export class CassandraTableRDD<R> extends RDD<R> {
  readonly #props: TableProps
  #plan: Plan | undefined

  constructor(context: RddContext, _parents: readonly RDD<never>[], props: TableProps) {
    super(context, [])
    this.#props = props
    this.name = `${props.selection.keyspace}.${props.selection.table}`
  }

  /** @throws TROUPE_SPARK_CASSANDRA_UNKNOWN, and as sessions fail */
  async getPartitions(): Promise<readonly TablePartition[]> {
    this.#plan = await this.#planned()
    return this.#plan.partitions
  }

  compute(split: Partition, context: TaskContext): Batches<R> {
    const { connection, read } = this.#props
    const { statements } = split as TablePartition
    return scan(statements, connection as ConnectionSettings, read, context)
  }

  override getPreferredLocations(split: Partition): readonly string[] {
    return (split as TablePartition).hosts
  }

  override toSpec(): OperatorSpec {
    return { kind: 'cassandraTable', props: { ...this.#props, connection: this.#plan?.connection } }
  }

  /** Only these columns: by name, or {@link ttl} and {@link writeTime} of them. @throws TROUPE_SPARK_CASSANDRA_UNKNOWN by the first job */
  select<S = Partial<R>>(...columns: readonly (string | SelectedColumn)[]): CassandraTableRDD<S> {
    const selected = columns.map((one) => (typeof one === 'string' ? { column: one } : one))
    return this.#with({ columns: selected })
  }

  /**
   * Only rows for which a condition of CQL holds, with `?` for its values: what Cassandra itself can find. Conditions are joined by AND. When they name all columns of the
   * partition key it is one query, and no scan.
   */
  where(cql: string, ...values: readonly CqlValue[]): CassandraTableRDD<R> {
    return this.#with({ where: [...this.#props.selection.where, { cql, values }] })
  }

  /** At most `n` rows by each query: with `take(n)`, `n` rows in all, and little more is read. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  limit(n: number): CassandraTableRDD<R> {
    return this.#with({ limit: checkedLimit('limit', n) })
  }

  /** At most `n` rows of each partition of the table. @throws TROUPE_SPARK_ARGUMENT_INVALID */
  perPartitionLimit(n: number): CassandraTableRDD<R> {
    return this.#with({ perPartitionLimit: checkedLimit('perPartitionLimit', n) })
  }

  /** In the order of the first column of the clustering key; where conditions name partitions. */
  withAscOrder(): CassandraTableRDD<R> {
    return this.#with({ order: 'ASC' })
  }

  /** In the order against that of the first column of the clustering key; where conditions name partitions. */
  withDescOrder(): CassandraTableRDD<R> {
    return this.#with({ order: 'DESC' })
  }

  /** With another consistency, size of pages, or size of partitions than is configured. */
  withReadConf(read: Partial<ReadSettings>): CassandraTableRDD<R> {
    return createOperator('cassandraTable', this.context, [], {
      ...this.#props,
      read: { ...this.#props.read, ...read },
    })
  }

  /** Counts rows in Cassandra: no row is read. */
  async cassandraCount(): Promise<bigint> {
    const counts = await this.#with<{ count: bigint }>({
      isCount: true,
      order: undefined,
    }).collect()
    return counts.reduce((sum, { count }) => sum + count, 0n)
  }

  /** Pairs of a column and the row, or of several columns, as an array, and the row; or by a function as for any RDD. */
  override keyBy<K>(f: (row: R) => K | Promise<K>): RDD<Pair<K, R>>
  override keyBy<K = CqlValue>(...columns: readonly string[]): RDD<Pair<K, R>>
  override keyBy<K>(...by: readonly (string | ((row: R) => K | Promise<K>))[]): RDD<Pair<K, R>> {
    const [first] = by
    if (typeof first === 'function') return super.keyBy(first)
    return createOperator('cassandraKeyBy', this.context, [this as unknown as RDD<never>], {
      columns: by as readonly string[],
    })
  }

  /** What is asked of Cassandra: the CQL, in how many partitions, of about what size, where. Nothing is read. */
  async explain(): Promise<string> {
    await this.partitions()
    const { partitions, connection, bytes } = this.#plan as Plan
    const { consistency, fetchRows } = this.#props.read
    const [first] = partitions[0]?.statements ?? []
    const queries = partitions.reduce((sum, { statements }) => sum + statements.length, 0)
    const size = bytes === undefined ? 'unknown' : `${Math.round(bytes)} bytes`
    const hosts = [...new Set(partitions.flatMap((one) => one.hosts))].sort()
    return [
      first?.cql ?? 'nothing is asked',
      `values: ${(first?.values ?? []).map(shown).join(', ') || 'none'}`,
      `partitions: ${partitions.length}, queries: ${queries}, estimated size of the table: ${size}`,
      `consistency: ${consistency}, pages of ${fetchRows} rows, data centre: ${connection.cql.localDataCenter ?? 'any'}`,
      `replicas: ${hosts.join(', ') || 'unknown'}`,
    ].join('\n')
  }

  #with<S = R>(change: Partial<Selection>): CassandraTableRDD<S> {
    return createOperator('cassandraTable', this.context, [], {
      ...this.#props,
      selection: { ...this.#props.selection, ...change },
    })
  }

  async #planned(): Promise<Plan> {
    const { selection, read } = this.#props
    const { keyspace } = selection
    return onDriver(this.context, async ({ session, connection }) => {
      const { table } = await tableSchema(session, keyspace, selection.table)
      if (namesPartitions(selection, table)) {
        const statements = statementsOf(selection, table, [])
        return { partitions: [{ index: 0, statements, hosts: [] }], connection, bytes: undefined }
      }
      const ring = await session.ring(keyspace)
      const { splitMegabytes } = read
      const { defaultParallelism } = this.context
      const { count, bytes } = await wantedSplits(
        session,
        ring,
        selection,
        splitMegabytes,
        defaultParallelism,
      )
      const splits = planSplits(ring, count, connection.cql.localDataCenter)
      const partitions = splits.map(({ spans, hosts }, index) => ({
        index,
        statements: statementsOf(selection, table, spans),
        hosts,
      }))
      return { partitions, connection, bytes }
    })
  }
}

function shown(value: CqlValue): string {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? 'an object' : String(value)
}

registerOperator('cassandraTable', CassandraTableRDD)

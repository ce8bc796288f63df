/** The columns of the engine's table: three of ours, and what stands beside them. */
export type ColumnId =
  'ordinary' | 'recognised' | 'outside' | 'spark' | 'skale' | 'node' | 'node-bytes'

/** Who is measured: what `--runtimes` names. */
export type EngineRuntime = 'troupe' | 'spark' | 'skale' | 'node'

interface Column {
  readonly title: string
  readonly runtime: EngineRuntime
}

export const columns: Readonly<Record<ColumnId, Column>> = {
  /** Functions of common shapes, run as they are (`spark.troupe.recognition=false`). */
  ordinary: { title: 'Troupe, ordinary functions', runtime: 'troupe' },
  /** The same functions, recognised. */
  recognised: { title: 'recognised', runtime: 'troupe' },
  /** One function of another shape; recognition on. */
  outside: { title: 'just outside', runtime: 'troupe' },
  spark: { title: 'Spark', runtime: 'spark' },
  skale: { title: 'skale', runtime: 'skale' },
  /** Ordinary JavaScript in two worker threads. */
  node: { title: 'Node by hand', runtime: 'node' },
  /** By hand on bytes and typed arrays. */
  'node-bytes': { title: 'on bytes', runtime: 'node' },
}

export const columnIds: readonly ColumnId[] = Object.keys(columns) as ColumnId[]

export const ownColumns: readonly ColumnId[] = columnIds.filter(
  (id) => columns[id].runtime === 'troupe',
)

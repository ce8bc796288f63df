import { SparkError } from '../../errors.ts'
import type { RDD } from '../../rdd/index.ts'

/** Rows that are looked at. */
const SAMPLE_ROWS = 100

/** The columns of a table for these rows, by the first of them: name → type in CQL. @throws TROUPE_SPARK_CASSANDRA_VALUE where rows don't tell */
export async function inferredColumns(
  rdd: RDD<unknown>,
  types: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const columns = new Map<string, string | undefined>()
  for (const row of await rdd.take(SAMPLE_ROWS)) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw undecided('rows that are no objects')
    }
    for (const [name, value] of Object.entries(row)) {
      columns.set(name, types[name] ?? columns.get(name) ?? typeOf(value))
    }
  }
  for (const [name, type] of Object.entries(types)) columns.set(name, type)
  if (columns.size === 0) throw undecided('no rows')
  for (const [name, type] of columns) if (type === undefined) throw undecided(`column ${name}`)
  return columns as ReadonlyMap<string, string>
}

/** Undefined where the value does not tell. */
function typeOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return 'text'
    case 'number':
      return 'double'
    case 'bigint':
      return 'bigint'
    case 'boolean':
      return 'boolean'
    default:
      return collectionType(value)
  }
}

function collectionType(value: unknown): string | undefined {
  if (value instanceof Date) return 'timestamp'
  if (value instanceof Uint8Array) return 'blob'
  if (Array.isArray(value)) return around('list', [value[0]])
  if (value instanceof Set) return around('set', [[...(value as ReadonlySet<unknown>)][0]])
  if (!(value instanceof Map)) return undefined
  return around('map', [...(value as ReadonlyMap<unknown, unknown>)][0] ?? [undefined])
}

function around(name: string, elements: readonly unknown[]): string | undefined {
  const inner = elements.map((element) => {
    const type = typeOf(element)
    return type?.includes('<') === true ? `frozen<${type}>` : type
  })
  return inner.includes(undefined) ? undefined : `${name}<${inner.join(', ')}>`
}

function undecided(what: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_CASSANDRA_VALUE',
    `saveAsCassandraTable can't tell the types of a table from ${what}; give them as types: { column: 'text', … }`,
  )
}

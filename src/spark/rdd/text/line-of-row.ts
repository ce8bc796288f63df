import { SparkError } from '../../errors.ts'

/**
 * A row as a line of text: strings and other primitives as they are, objects and arrays as JSON.
 *
 * @throws TROUPE_SPARK_ROW_UNENCODABLE for what JSON can't show (a bigint, a cycle) or would show as nothing (a Map, a Set)
 */
export function lineOfRow(row: unknown): string {
  if (typeof row !== 'object' || row === null) return String(row)
  let line: string
  try {
    line = JSON.stringify(row)
  } catch (cause) {
    const found = findHidden(row)
    const why = found ?? `the row (${cause instanceof Error ? cause.message : String(cause)})`
    throw unwritable(why, cause)
  }
  // Only what became an empty object can be one that hides something.
  const hidden = line.includes('{}') ? findHidden(row) : undefined
  if (hidden !== undefined) throw unwritable(hidden)
  return line
}

/** Where the first bigint, Map or Set stands, and what it is. */
function findHidden(row: object): string | undefined {
  const open: (readonly [unknown, string])[] = [[row, 'row']]
  const seen = new Set<unknown>()
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const [value, path] = next
    if (typeof value === 'bigint') return `${path}, a bigint`
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    if (value instanceof Map) return `${path}, a Map`
    if (value instanceof Set) return `${path}, a Set`
    seen.add(value)
    const step = (key: string): string => (Array.isArray(value) ? `[${key}]` : `.${key}`)
    for (const [key, item] of Object.entries(value)) open.push([item, path + step(key)])
  }
  return undefined
}

function unwritable(what: string, cause?: unknown): SparkError {
  return new SparkError(
    'TROUPE_SPARK_ROW_UNENCODABLE',
    `saveAsTextFile writes objects as JSON, which can't show ${what}. ` +
      'Map the row to text, or that to plain data ([...map], [...set], String(bigint)), first',
    cause === undefined ? {} : { cause },
  )
}

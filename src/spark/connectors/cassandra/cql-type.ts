import { SparkError } from '../../errors.ts'

/** A type of CQL, as its text has it. */
export interface CqlType {
  /** As `map`, `int`, or the name of a type of the user's. */
  readonly name: string
  readonly arguments: readonly CqlType[]
  /** Of a vector: how many numbers it has. */
  readonly dimension?: number
}

/** Reads `map<text, frozen<list<int>>>`; `frozen` changes no value and is left out. @throws TROUPE_SPARK_CASSANDRA_VALUE for what is none */
export function parseCqlType(text: string): CqlType {
  const [type, end] = typeAt(text, 0)
  if (end !== text.length) throw malformed(text)
  return type
}

function typeAt(text: string, from: number): readonly [CqlType, number] {
  const [whole = '', quoted, bare] =
    /^\s*(?:"((?:[^"]|"")+)"|([\w.']+))\s*/.exec(text.slice(from)) ?? []
  const name = quoted?.replaceAll('""', '"') ?? bare?.toLowerCase()
  if (name === undefined) throw malformed(text)
  let at = from + whole.length
  if (text[at] !== '<') return [{ name, arguments: [] }, at]
  const inner: CqlType[] = []
  do {
    const [one, end] = typeAt(text, at + 1)
    inner.push(one)
    at = end
  } while (text[at] === ',')
  if (text[at] !== '>') throw malformed(text)
  at += 1 + (/^\s*/.exec(text.slice(at + 1))?.[0].length ?? 0)
  const [first, second] = inner
  if (name === 'frozen' && first !== undefined) return [first, at]
  if (name === 'vector' && first !== undefined) {
    return [{ name, arguments: [first], dimension: Number(second?.name) }, at]
  }
  return [{ name, arguments: inner }, at]
}

function malformed(text: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_CASSANDRA_VALUE',
    `${JSON.stringify(text)} is no type of CQL; give one such as text, bigint or map<text, frozen<list<int>>>`,
    { data: { type: text } },
  )
}

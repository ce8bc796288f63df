import { columnIds, columns } from './columns.ts'
import type { Measured } from './result.ts'

/** Sums of floats differ by the order of their parts. */
const TOLERANCE = 1e-6

/**
 * Results of a group that differ between columns, in words. The first column that has a result of a name says what it is
 * to be.
 */
export function disagreements(measured: readonly Measured[]): readonly string[] {
  const problems: string[] = []
  const expected = new Map<string, { readonly check: string; readonly title: string }>()
  const inOrder = columnIds.flatMap((id) => measured.filter(({ column }) => column === id))
  for (const { column, group, run } of inOrder) {
    const { title } = columns[column]
    for (const { name, check } of run.told) {
      // Kills change nothing of the result.
      const key = name === 'killed' ? 'undisturbed' : name
      const first = expected.get(key)
      if (first === undefined) expected.set(key, { check, title })
      else if (!isSame(first.check, check)) {
        const text = `${group}: ${name} of ${title} is ${check}, of ${first.title} ${first.check}`
        if (!problems.includes(text)) problems.push(text)
      }
    }
  }
  return problems
}

/**
 * @internal Parts between slashes are the same texts, or nearly the same numbers; as many as both have, since a peer that
 * can't write what it has sorted only counts it.
 */
export function isSame(left: string, right: string): boolean {
  const [mine, theirs] = [left.split('/'), right.split('/')]
  const both = Math.min(mine.length, theirs.length)
  return mine
    .slice(0, both)
    .every((part, i) => part === theirs[i] || areNear(Number(part), Number(theirs[i])))
}

const areNear = (a: number, b: number): boolean =>
  Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b))

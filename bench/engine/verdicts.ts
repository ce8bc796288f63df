import { short } from '../verdicts.ts'
import { columns } from './columns.ts'
import type { EngineFigures } from './result.ts'
import type { EngineRow, EngineTarget } from './rows.ts'

export interface EngineVerdict {
  /** The target in words. */
  readonly target: string
  /** What was reached of it; absent when a side was not measured. */
  readonly value: number | undefined
  readonly isMet: boolean | undefined
}

export function verdictsOf(row: EngineRow, figures: EngineFigures): readonly EngineVerdict[] {
  return row.targets.map((target) => {
    const value = valueOf(target, figures)
    const isMet = value === undefined ? undefined : value <= target.atMost
    return { target: wordsOf(row, target), value, isMet }
  })
}

function valueOf({ type, column }: EngineTarget, figures: EngineFigures): number | undefined {
  const own = figures[column]
  const { spark } = figures
  if (own === undefined) return undefined
  switch (type) {
    case 'time':
      return own.median
    case 'share':
      return spark && own.median / spark.median
    case 'memory':
      return spark && own.rssBytes / spark.rssBytes
  }
}

function wordsOf(row: EngineRow, { type, column, atMost }: EngineTarget): string {
  const name = columns[column].title.replace('Troupe, ', '')
  switch (type) {
    case 'time':
      return `${name} ≤ ${short(atMost)} ${row.unit}`
    case 'share':
      return `${name} ≤ ${short(atMost)} × Spark`
    case 'memory':
      return `${name}: memory ≤ ${short(atMost)} × Spark's`
  }
}

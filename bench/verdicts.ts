import type { Row, RuntimeId, Target } from './rows.ts'
import { median } from './statistics.ts'
import type { Spread } from './statistics.ts'

export interface Verdict {
  /** The target in words, such as `≥ 1.5 × Pekko`. */
  readonly target: string
  /** What was reached of it: a ratio, or the figure itself. Absent when a side was not measured. */
  readonly value: number | undefined
  readonly isMet: boolean | undefined
}

export type Figures = Partial<Record<RuntimeId, Spread>>

/** Ours over the peer's; the peer's over ours where less is better. Medians over medians. */
export function ratioTo(row: Row, ours: Spread, peer: Spread): number {
  return row.isLessBetter ? peer.median / ours.median : ours.median / peer.median
}

/** The same, run by run, which shows how much of the ratio is noise. */
export function pairedRatio(row: Row, ours: Spread, peer: Spread): number {
  const pairs = Math.min(ours.values.length, peer.values.length)
  const ratios = Array.from({ length: pairs }, (_, i) => {
    const [mine, theirs] = [ours.values[i] ?? Number.NaN, peer.values[i] ?? Number.NaN]
    return row.isLessBetter ? theirs / mine : mine / theirs
  })
  return median(ratios)
}

export function verdictsOf(
  row: Row,
  figures: Figures,
  nameOf: (runtime: RuntimeId) => string,
): readonly Verdict[] {
  return row.targets.map((target) => verdictOf(row, target, figures, nameOf))
}

function verdictOf(
  row: Row,
  target: Target,
  figures: Figures,
  nameOf: (runtime: RuntimeId) => string,
): Verdict {
  const ours = figures.troupe
  switch (target.type) {
    case 'ratio': {
      const peer = figures[target.peer]
      const value = ours && peer && ratioTo(row, ours, peer)
      return {
        target: `≥ ${String(target.atLeast)} × ${nameOf(target.peer)}`,
        value,
        isMet: value === undefined ? undefined : value >= target.atLeast,
      }
    }
    case 'atLeast':
      return {
        target: `≥ ${short(target.value)}${unitOf(row)}`,
        value: ours?.median,
        isMet: ours && ours.median >= target.value,
      }
    case 'atMost':
      return {
        target: `≤ ${short(target.value)}${unitOf(row)}`,
        value: ours?.median,
        isMet: ours && ours.median <= target.value,
      }
  }
}

const unitOf = (row: Row): string =>
  row.unit === '' || row.unit.startsWith('/') ? row.unit : ` ${row.unit}`

/** A figure in a few characters: `13.1M`, `447`, `0.98`. */
export function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e6) return `${digits(value / 1e6)}M`
  if (size >= 1e4) return `${digits(value / 1e3)}k`
  if (size >= 100) return value.toFixed(0)
  return digits(value)
}

function digits(value: number): string {
  const size = Math.abs(value)
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0)
  if (size >= 10) return value.toFixed(1)
  return size >= 0.01 ? value.toFixed(2) : value.toPrecision(1)
}

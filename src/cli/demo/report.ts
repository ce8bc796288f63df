import { amount } from '../report/ledger.ts'
import type { Chronicle } from './chronicle.ts'
import type { Killing } from './chaos.ts'
import { inMegabytes } from './input.ts'

/** Partitions that are named one by one. */
const SHOWN = 16

/** What failed, what each failure was answered with, and what was computed again. */
export function formatChronicle(chronicle: Chronicle, killing: Killing | undefined): string[] {
  const lines = [
    '',
    `${amount(chronicle.tasks, 'task')} ended well, ${inMegabytes(chronicle.shuffleBytes)} were shuffled`,
    '',
    'What failed',
  ]
  if (killing !== undefined) {
    lines.push(
      `  executor ${killing.executorId} (pid ${killing.pid}) got SIGKILL after ${(killing.afterMs / 1000).toFixed(1)} s; it held ${amount(killing.mapOutputs, 'map output')}`,
    )
  }
  for (const line of chronicle.removed) lines.push(`  ${line}`)
  for (const line of chronicle.lost) lines.push(`  ${line}`)
  for (const { what, error, directive, reason, times } of chronicle.failures.values()) {
    const often = times > 1 ? ` (${times} such)` : ''
    lines.push(`  ${what}: ${error}${often}`, `    → ${directive}: ${reason}`)
  }
  if (lines.at(-1) === 'What failed') lines.push('  nothing')
  lines.push('', 'What was computed again')
  for (const [stage, partitions] of chronicle.recomputed) {
    const sorted = [...partitions].sort((a, b) => a - b)
    const more = sorted.length > SHOWN ? `, … (${sorted.length} in all)` : ''
    const word = sorted.length === 1 ? 'partition' : 'partitions'
    lines.push(`  ${stage}: ${word} ${sorted.slice(0, SHOWN).join(', ')}${more}`)
  }
  if (chronicle.recomputed.size === 0) lines.push('  nothing')
  return lines
}

import { count } from '../report/ledger.ts'
import type { Chronicle } from './chronicle.ts'
import type { Killing } from './chaos.ts'

/** What failed, what each failure was answered with, and what was computed again. */
export function formatChronicle(chronicle: Chronicle, killing: Killing | undefined): string[] {
  const lines = [
    '',
    `${count(chronicle.tasks)} tasks ended well, ${(chronicle.shuffleBytes / 1e6).toFixed(1)} MB were shuffled`,
    '',
    'What failed',
  ]
  if (killing !== undefined) {
    lines.push(
      `  executor ${killing.executorId} (pid ${killing.pid}) got SIGKILL after ${(killing.afterMs / 1000).toFixed(1)} s; it held ${killing.mapOutputs} map outputs`,
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
    const list = [...partitions].sort((a, b) => a - b).join(', ')
    lines.push(`  ${stage}: partitions ${list}`)
  }
  if (chronicle.recomputed.size === 0) lines.push('  nothing')
  return lines
}

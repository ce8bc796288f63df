import { FaultError } from './errors.ts'
import type { FaultOutcome } from './fault-handle.ts'

/** What was injected, and what came of it; plain data. */
export interface FaultReport {
  /** Repeats what chance has decided: `faults(target, { seed })`. */
  readonly seed: string
  /** In the order of injection. */
  readonly faults: readonly FaultOutcome[]
  readonly fired: readonly FaultOutcome[]
  /** Whatever the test has shown, it has not shown it under these. */
  readonly neverFired: readonly FaultOutcome[]
}

/** A line for each fault. */
export function formatReport({ faults, seed }: FaultReport): string {
  const lines = faults.map(({ says, count, firstMs, problem }) => {
    if (count === 0) return `never: ${says}${problem === undefined ? '' : ` (${problem})`}`
    return `${count} ×: ${says} (first after ${Math.round(firstMs ?? 0)} ms)`
  })
  return [...lines, `seed ${seed}`].join('\n')
}

export function neverFired(report: FaultReport): FaultError {
  const missing = formatReport({ ...report, faults: report.neverFired })
  return new FaultError(
    'TROUPE_FAULT_NEVER_FIRED',
    `${report.neverFired.length} of ${report.faults.length} faults never fired, so the test proves nothing about them:\n${missing}`,
    { data: { faults: report.neverFired.map(({ says }) => says) } },
  )
}

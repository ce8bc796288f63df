import { describeFault } from '../faults/index.ts'
import type { PlannedFault } from './fault-bounds.ts'

/** A planned fault as a sentence, without a full stop. */
export function describePlanned({ fault, restartAfterMs }: PlannedFault): string {
  const restart = restartAfterMs === undefined ? '' : `; started again after ${restartAfterMs} ms`
  return `${describeFault(fault)}${restart}`
}

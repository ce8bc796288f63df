import { Cell } from '../cell.ts'
import type { Exported } from '../system-core.ts'

/** Whether a message from a link is none that its actor takes; see `accepting`. */
export function isMalformed(recipient: Exported, message: unknown): boolean {
  if (!(recipient instanceof Cell)) return false
  const { accepts } = recipient.options
  return accepts !== undefined && !accepts(message)
}

import type { AskPort } from './ask.ts'
import type { Cell } from './cell.ts'
import type { TerminationReason } from './signals.ts'

/** Sees what a system does; only systems in a simulation have one. */
export interface SystemObserver {
  /** The cell is about to handle what stands at the head of its mailbox, or to start. */
  turn(cell: Cell): void
  /** An ask got an answer: `isLate` if it had ended before. */
  replied(port: AskPort, message: unknown, isLate: boolean): void
  terminated(cell: Cell, reason: TerminationReason): void
}

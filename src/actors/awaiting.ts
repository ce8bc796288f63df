import { beginWaiting } from './ask-cycles.ts'
import type { Behavior } from './behavior.ts'
import { AWAITING, QUEUED, STOPPED } from './cell.ts'
import type { Cell } from './cell.ts'
import { afterHandler, failCell } from './lifecycle.ts'

/** Suspends the cell until a handler's promise settles; `inHand` is the user message it stands for. */
export function awaitOutcome(
  cell: Cell,
  promise: PromiseLike<unknown>,
  handledBy: Behavior<never>,
  inHand: { readonly message: unknown } | undefined,
): void {
  suspend(cell)
  const { ledger, fates } = cell.system
  if (inHand !== undefined) ledger.awaiting++
  wellBehaved(promise).then(
    (outcome) => {
      if (inHand !== undefined) {
        ledger.awaiting--
        ledger.handled++
        if (fates.countsAll) fates.add('handled', inHand.message, 1)
      }
      goOn(cell, () => {
        cell.settle(handledBy, outcome)
        if (inHand !== undefined) cell.giveUpUnhandled(inHand.message)
      })
    },
    (error: unknown) => {
      if (inHand !== undefined) {
        ledger.awaiting--
        cell.system.failed(inHand.message, cell)
      }
      goOn(cell, () => {
        throw error
      })
    },
  )
}

/** Suspends the cell until an async set-up has made its behavior; `waiting` runs until then. */
export function awaitSetup(
  cell: Cell,
  promise: PromiseLike<unknown>,
  waiting: Behavior<never>,
  install: (next: unknown) => void,
): void {
  suspend(cell)
  wellBehaved(promise).then(
    (next) => {
      goOn(cell, () => {
        cell.ext.isUnstarted = cell.running === waiting
        install(next)
        cell.ext.isUnstarted = false
      })
    },
    (error: unknown) => {
      goOn(cell, () => {
        cell.ext.isUnstarted = cell.running === waiting
        throw error
      })
    },
  )
}

/** A promise that neither throws nor calls back on the caller's stack, as any other thenable may. */
export function wellBehaved(promise: PromiseLike<unknown>): Promise<unknown> {
  return promise instanceof Promise ? promise : Promise.resolve(promise)
}

function suspend(cell: Cell): void {
  if ((cell.status & AWAITING) === 0) cell.status |= AWAITING
  else cell.ext.alsoAwaiting++
  if (cell.extension?.asked !== undefined) beginWaiting(cell)
}

/** Takes the outcome over; with the last promise the cell gets back in line. */
function goOn(cell: Cell, takeOver: () => void): void {
  if ((cell.status & STOPPED) !== 0) return
  const ext = cell.extension
  const isLast = ext === undefined || ext.alsoAwaiting === 0
  if (ext !== undefined) {
    if (!isLast) ext.alsoAwaiting--
    else ext.asked = undefined
    ext.sender = undefined
  }
  // As in `activate`: on the stack, so that nothing queues it a second time.
  const { dispatcher } = cell.system
  dispatcher.current = cell
  if (isLast) cell.status = (cell.status & ~AWAITING) | QUEUED
  try {
    takeOver()
  } catch (error) {
    dispatcher.current = undefined
    failCell(cell, error)
  }
  dispatcher.current = undefined
  if (isLast) afterHandler(cell)
}

import type { Behavior } from './behavior.ts'
import { AWAITING, QUEUED, STOPPED } from './cell.ts'
import type { Cell } from './cell.ts'
import { afterHandler, failCell } from './lifecycle.ts'

/** Suspends the cell until a handler's promise settles; `counts` if it stands for a user message. */
export function awaitOutcome(
  cell: Cell,
  promise: PromiseLike<unknown>,
  counts: boolean,
  handledBy: Behavior<never>,
): void {
  suspend(cell)
  const { ledger } = cell.system
  if (counts) ledger.awaiting++
  promise.then(
    (outcome) => {
      if (counts) {
        ledger.awaiting--
        ledger.handled++
      }
      goOn(cell, () => {
        cell.settle(handledBy, outcome)
      })
    },
    (error: unknown) => {
      if (counts) {
        ledger.awaiting--
        ledger.failed++
      }
      goOn(cell, () => {
        throw error
      })
    },
  )
}

/** Suspends the cell until an async set-up has made its behavior. */
export function awaitSetup(
  cell: Cell,
  promise: PromiseLike<unknown>,
  install: (next: unknown) => void,
): void {
  suspend(cell)
  promise.then(
    (next) => {
      goOn(cell, () => {
        install(next)
      })
    },
    (error: unknown) => {
      goOn(cell, () => {
        throw error
      })
    },
  )
}

function suspend(cell: Cell): void {
  if ((cell.status & AWAITING) === 0) cell.status |= AWAITING
  else cell.ext.alsoAwaiting++
}

/** Takes the outcome over; with the last promise the cell gets back in line. */
function goOn(cell: Cell, takeOver: () => void): void {
  if ((cell.status & STOPPED) !== 0) return
  const ext = cell.extension
  const isLast = ext === undefined || ext.alsoAwaiting === 0
  if (ext !== undefined) {
    if (!isLast) ext.alsoAwaiting--
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

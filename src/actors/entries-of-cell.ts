import { awaitOutcome } from './awaiting.ts'
import { AWAITING } from './cell.ts'
import type { Cell } from './cell.ts'
import { callSignal, isPromise } from './incarnation.ts'
import { beginStop, failCell } from './lifecycle.ts'
import type { EnvelopedEntry, Entry, SignalEntry } from './mailbox-entries.ts'

/** Handles what a cell has taken from its mailbox that is no plain message. Throws what the behavior throws. */
export function handleEntry(cell: Cell, entry: Entry): void {
  cell.entries--
  switch (entry.kind) {
    case 'stop':
      beginStop(cell, 'stopped')
      return
    case 'room':
      cell.extension?.room?.reached()
      return
    case 'signal':
      signalled(cell, entry as SignalEntry)
      return
    case 'enveloped': {
      const { message, sender, sizeBytes, injected, isOffered } = entry as EnvelopedEntry
      const ext = cell.ext
      ext.queuedBytes -= sizeBytes
      ext.enveloped--
      if (injected !== undefined) throw injected.error
      ext.sender = sender
      ext.isOfferInHand = isOffered
      try {
        cell.invoke(message)
      } finally {
        ext.isOfferInHand = false
        if ((cell.status & AWAITING) === 0) ext.sender = undefined
      }
    }
  }
}

function signalled(cell: Cell, entry: SignalEntry): void {
  entry.onTaken?.()
  if (entry.withdrawn) return
  if (entry.message !== undefined) {
    cell.system.ledger.sent++
    cell.invoke(entry.message.value)
    return
  }
  if (entry.signal === undefined) return
  try {
    const running = cell.running
    const outcome = callSignal(cell, entry.signal)
    if (outcome === undefined) return
    if (isPromise(outcome)) awaitOutcome(cell, outcome, running, undefined)
    else cell.settle(running, outcome)
  } catch (error) {
    failCell(cell, error)
  }
}

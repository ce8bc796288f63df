import {
  AWAITING,
  CHANGED,
  FAILED,
  PENDING,
  QUEUED,
  REMOTE,
  STOPPED,
  STOPPING,
  STOP_ASKED,
  UNHANDLED,
} from './cell.ts'
import { wellBehaved } from './awaiting.ts'
import type { Cell } from './cell.ts'
import { detach, stopChildren } from './children.ts'
import { BehaviorError } from './errors.ts'
import { callSignal, isPromise, resetIncarnation, wakeIfReady } from './incarnation.ts'
import { closeMailbox, putEntry, putFirst } from './mailbox.ts'
import { stopEntry } from './mailbox-entries.ts'
import type { TerminationReason } from './signals.ts'
import { supervise } from './supervising.ts'
import { failAsks } from './ask.ts'
import { notifyWatchers, forgetWatching } from './watching.ts'

/** Whether a handler of the cell is on the stack or waits for its promise. */
export function isHandling(cell: Cell): boolean {
  return (cell.status & AWAITING) !== 0 || cell.system.dispatcher.current === cell
}

/** Ranks of what waits for the end of a handler. */
const TO_RESTART = 1
const TO_STOP = 2

/** Runs `action` now, or once the handler at work has ended. A higher rank replaces a lower one. */
export function whenQuiet(cell: Cell, rank: number, action: () => void): void {
  if (!isHandling(cell)) {
    action()
    return
  }
  const ext = cell.ext
  cell.status |= PENDING
  if (ext.pending === undefined || rank >= ext.pendingRank) {
    ext.pending = action
    ext.pendingRank = rank
  }
}

/** After a handler: what was asked for meanwhile, then back in line. */
export function afterHandler(cell: Cell): void {
  cell.status &= ~(QUEUED | CHANGED | UNHANDLED | PENDING)
  const ext = cell.extension
  if ((cell.status & (AWAITING | STOPPED)) !== 0) {
    ext?.room?.suspended()
    return
  }
  if (ext?.pending !== undefined) {
    const action = ext.pending
    ext.pending = undefined
    ext.pendingRank = 0
    action()
  }
  if ((cell.status & STOP_ASKED) !== 0 && (cell.status & (STOPPING | STOPPED)) === 0) {
    cell.status &= ~STOP_ASKED
    stopBySelf(cell)
  }
  wakeIfReady(cell)
}

function stopBySelf(cell: Cell): void {
  if (cell.options.restart !== 'permanent' || cell.parent === undefined) {
    beginStop(cell, 'stopped')
    return
  }
  const exit = new BehaviorError(
    'TROUPE_ACTOR_EXITED',
    `${cell.path} stopped by itself, but is a permanent child`,
    { data: { path: cell.path } },
  )
  failCell(cell, exit, 'exit')
}

/**
 * The cell's incarnation has failed: suspends it and asks its parent for a directive. A parent that
 * escalates fails in its turn.
 */
export function failCell(
  cell: Cell,
  error: unknown,
  kind: 'failure' | 'exit' | 'node-lost' = 'failure',
): void {
  let failing = suspendFailed(cell, error, kind)
  while (failing !== undefined) failing = suspendFailed(failing, error, 'failure')
}

/** Returns the parent if that has to fail as well. */
function suspendFailed(
  cell: Cell,
  error: unknown,
  kind: 'failure' | 'exit' | 'node-lost',
): Cell | undefined {
  const isEnding =
    (cell.status & (STOPPING | STOPPED)) !== 0 || cell.extension?.pendingRank === TO_STOP
  if (isEnding) {
    cell.system.publishFailureWhileStopping(cell, error)
    return undefined
  }
  cell.status |= FAILED
  cell.ext.failure = error
  const far = cell.extension?.remoteParent
  if (far === undefined) {
    if (cell.parent !== undefined) return supervise(cell.parent, cell, error, kind)
    cell.system.crashed(error)
  } else far.failed(error)
  return undefined
}

/** Goes on with the next message and the same state; so do children whose failure was escalated. */
export function resumeCell(cell: Cell): void {
  const suspended = [cell]
  for (let next = suspended.pop(); next !== undefined; next = suspended.pop()) {
    if ((next.status & (STOPPING | STOPPED)) !== 0) continue
    if (next.extension?.isUnstarted === true) {
      stopFailed(next)
      continue
    }
    next.status &= ~FAILED
    next.ext.failure = undefined
    if (next.mode === REMOTE) next.extension?.body?.resume()
    for (let child = next.extension?.firstChild; child !== undefined; child = child.next) {
      if ((child.status & FAILED) !== 0 && !isRestarting(child)) suspended.push(child)
    }
    if (!isHandling(next)) wakeIfReady(next)
  }
}

/** Ends a cell by its failure. */
export function stopFailed(cell: Cell): void {
  if (cell.extension?.body !== undefined) requestStop(cell, 'kill')
  else {
    whenQuiet(cell, TO_STOP, () => {
      beginStop(cell, 'failed')
    })
  }
}

/** Whether a failed cell has its directive already, and will be started anew. */
function isRestarting(cell: Cell): boolean {
  const ext = cell.extension
  return (
    ext?.restartTimer !== undefined || ext?.childrenGone !== undefined || ext?.pending !== undefined
  )
}

/** A new incarnation in the same cell: same mailbox, same ref. */
export function restartCell(cell: Cell, error: unknown): void {
  if ((cell.status & (STOPPING | STOPPED)) !== 0) return
  cell.status |= FAILED
  const ext = cell.ext
  ext.restartTimer?.cancel()
  ext.restartTimer = undefined
  if (cell.mode === REMOTE) {
    ext.restarts++
    ext.failure = undefined
    cell.status &= ~FAILED
    ext.body?.restart(error)
    return
  }
  whenQuiet(cell, TO_RESTART, () => {
    endIncarnation(cell, error, startAnew)
  })
}

/**
 * Restarts siblings: ends their incarnations, the youngest first, then begins new ones, the eldest
 * first. One whose handler or children take their time begins when they are done.
 */
export function restartTogether(cells: readonly Cell[], error: unknown): void {
  const ended: Cell[] = []
  let isEnding = true
  for (const cell of [...cells].reverse()) {
    if ((cell.status & (STOPPING | STOPPED)) !== 0) continue
    if (cell.mode === REMOTE) {
      restartCell(cell, error)
      continue
    }
    cell.status |= FAILED
    whenQuiet(cell, TO_RESTART, () => {
      endIncarnation(cell, error, (gone) => {
        if (isEnding) ended.push(gone)
        else startAnew(gone)
      })
    })
  }
  isEnding = false
  // In a turn of its own: then none of them is on the stack, and they start in this order.
  cells[0]?.system.environment.turns.microtask(() => {
    for (const cell of ended.reverse()) if ((cell.status & FAILED) !== 0) startAnew(cell)
  })
}

/** Kills the children, then gives `PreRestart`, then hands the cell on. */
function endIncarnation(cell: Cell, error: unknown, then: (cell: Cell) => void): void {
  const { signal } = cell.running as { signal?: unknown }
  if (signal === undefined && cell.extension?.firstChild === undefined) {
    then(cell)
    return
  }
  killChildren(cell, () => {
    signalRestart(cell, error, () => {
      // Those that it has spawned at `PreRestart` are of the old incarnation, too.
      killChildren(cell, () => {
        then(cell)
      })
    })
  })
}

function killChildren(cell: Cell, then: () => void): void {
  if (cell.extension?.firstChild === undefined) then()
  else stopChildren(cell, 'kill', then)
}

function signalRestart(cell: Cell, error: unknown, then: () => void): void {
  const running = cell.running as { signal?: unknown }
  if (running.signal === undefined) then()
  else signalThen(cell, { type: 'PreRestart', error }, then)
}

function startAnew(cell: Cell): void {
  if ((cell.status & (STOPPING | STOPPED)) !== 0) return
  const ext = cell.ext
  ext.restarts++
  ext.failure = undefined
  ext.isUnstarted = false
  ext.strategy = undefined
  ext.supervisor = undefined
  ext.asked = undefined
  if (ext.pendingRank === TO_RESTART) {
    // A restart that was still due is done with this one.
    ext.pending = undefined
    ext.pendingRank = 0
  }
  ext.timers?.cancelAll()
  if (ext.stash !== undefined) {
    const stashed = ext.stash.release()
    putFirst(cell, stashed)
  }
  cell.status &= ~(FAILED | STOP_ASKED | CHANGED | UNHANDLED)
  resetIncarnation(cell)
  // On the stack of `activate` the batch goes on by itself.
  if (cell.status === 0) wakeIfReady(cell)
}

/** Calls the behavior with a signal that nobody may hold up by throwing, then goes on. */
function signalThen(
  cell: Cell,
  signal: { type: 'PreRestart'; error: unknown } | { type: 'PostStop' },
  then: () => void,
): void {
  let outcome: unknown
  try {
    outcome = callSignal(cell, signal)
  } catch (error) {
    cell.system.publishFailureWhileStopping(cell, error)
  }
  if (!isPromise(outcome)) {
    then()
    return
  }
  // As with a handler at work: what comes meanwhile waits, and a stop takes the place of the restart.
  cell.status |= AWAITING
  const goOn = (): void => {
    if ((cell.status & STOPPED) !== 0) return
    cell.status &= ~(AWAITING | PENDING)
    const ext = cell.extension
    if (ext?.pending === undefined || ext.pendingRank < TO_STOP) {
      then()
      return
    }
    const { pending } = ext
    ext.pending = undefined
    ext.pendingRank = 0
    pending()
  }
  wellBehaved(outcome).then(goOn, (error: unknown) => {
    cell.system.publishFailureWhileStopping(cell, error)
    goOn()
  })
}

/** Asks a cell to stop, behind the messages sent before or at once. */
export function requestStop(cell: Cell, how: 'stop' | 'kill'): void {
  if ((cell.status & (STOPPING | STOPPED)) !== 0) {
    if (how === 'kill' && (cell.status & STOPPING) !== 0) hasten(cell)
    return
  }
  if (cell.mode === REMOTE) {
    cell.extension?.body?.stop(how)
    return
  }
  if (how === 'kill' || (cell.status & FAILED) !== 0) {
    whenQuiet(cell, TO_STOP, () => {
      beginStop(cell, how === 'kill' ? 'killed' : 'stopped')
    })
  } else if (cell.head === cell.tail && cell.status === 0) beginStop(cell, 'stopped')
  else putEntry(cell, stopEntry)
}

/** A kill for a cell that is stopping already: its children are killed, too. */
function hasten(cell: Cell): void {
  const ext = cell.ext
  ext.stoppingChildren = 'kill'
  if (ext.lastChild !== undefined) requestStop(ext.lastChild, 'kill')
}

/** Stops the cell: children first, then `PostStop`, then it is terminated. */
export function beginStop(cell: Cell, reason: TerminationReason): void {
  if ((cell.status & (STOPPING | STOPPED)) !== 0) return
  cell.status |= STOPPING
  const ext = cell.extension
  if (ext !== undefined) {
    ext.stopReason = reason
    ext.restartTimer?.cancel()
    ext.timers?.cancelAll()
    if (ext.stash !== undefined) putFirst(cell, ext.stash.release())
  } else if (reason !== 'stopped') cell.ext.stopReason = reason
  closeMailbox(cell)
  if (ext?.firstChild === undefined) finishStop(cell)
  else {
    stopChildren(cell, reason === 'stopped' ? 'stop' : 'kill', () => {
      finishStop(cell)
    })
  }
}

function finishStop(cell: Cell): void {
  const running = cell.running as { signal?: unknown }
  // A handler that still runs belongs to an actor that is given up: it sees nothing any more.
  if (running.signal === undefined || (cell.status & AWAITING) !== 0) terminate(cell)
  else {
    signalThen(cell, { type: 'PostStop' }, () => {
      terminate(cell)
    })
  }
}

/** The cell is gone: tells everyone who wants to know. Also the last resort for one that hangs. */
export function terminate(cell: Cell): void {
  if ((cell.status & STOPPED) !== 0) return
  cell.status = STOPPED
  cell.state = undefined
  const ext = cell.extension
  if (cell.system.exports.size > 0) cell.system.exports.delete(cell.id)
  cell.system.decisions.forget(cell)
  const reason = ext?.stopReason ?? 'stopped'
  cell.system.observer?.terminated(cell, reason)
  if (ext !== undefined) {
    ext.body?.dispose()
    ext.shutdownTimer?.cancel()
    failAsks(cell)
    if (ext.watching !== undefined) forgetWatching(cell)
    if (ext.watchers !== undefined) notifyWatchers(cell, reason, ext.failure)
    if (ext.facade !== undefined) cell.system.facadeGone(cell)
    if (ext.exported) cell.system.onExportedGone?.(cell, reason)
  }
  if (cell.parent !== undefined) detach(cell.parent, cell)
  ext?.remoteParent?.terminated(reason, ext.failure)
  if (ext?.whenStopped !== undefined) for (const resolve of ext.whenStopped) resolve()
  if (cell.parent === undefined) cell.system.terminated()
}

/** The far half of a remote child is gone. */
export function remoteTerminated(cell: Cell, reason: TerminationReason, error: unknown): void {
  if ((cell.status & STOPPED) !== 0) return
  const ext = cell.ext
  ext.stopReason = reason
  ext.failure = error
  cell.status |= STOPPING
  closeMailbox(cell)
  terminate(cell)
}

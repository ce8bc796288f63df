import { REMOTE, STOPPED, STOPPING } from './cell.ts'
import type { Cell } from './cell.ts'
import { beginStop, requestStop, terminate } from './lifecycle.ts'

/** Adds `child` as the youngest child of `parent`. */
export function attach(parent: Cell, child: Cell): void {
  const ext = parent.ext
  const last = ext.lastChild
  child.previous = last
  if (last === undefined) ext.firstChild = child
  else last.next = child
  ext.lastChild = child
  ext.childCount++
  if (child.givenName !== undefined) (ext.names ??= new Map()).set(child.givenName, child)
}

/** Takes a terminated child out; its name is free again. */
export function detach(parent: Cell, child: Cell): void {
  const ext = parent.ext
  const { previous, next } = child
  if (previous === undefined) ext.firstChild = next
  else previous.next = next
  if (next === undefined) ext.lastChild = previous
  else next.previous = previous
  child.previous = undefined
  child.next = undefined
  ext.childCount--
  if (child.givenName !== undefined) ext.names?.delete(child.givenName)
  forget(parent, child)
  if (ext.childrenGone !== undefined) stopNext(parent)
  else if (child.options.significant && (parent.status & (STOPPING | STOPPED)) === 0) {
    requestStop(parent, 'stop')
  }
}

function forget(parent: Cell, child: Cell): void {
  try {
    parent.extension?.supervisor?.forget?.(child.id)
  } catch (error) {
    parent.system.publishFailureWhileStopping(parent, error)
  }
}

/** Stops all children, the youngest first, each after the one before has terminated. */
export function stopChildren(cell: Cell, how: 'stop' | 'kill', then: () => void): void {
  const ext = cell.ext
  ext.stoppingChildren = how
  ext.childrenGone = then
  stopNext(cell)
}

/** Levels of a tree that stop on one stack; deeper ones go on in the next microtask. */
const MAX_NESTING = 64

function stopNext(cell: Cell): void {
  const ext = cell.ext
  if (ext.inStopLoop || ext.childrenGone === undefined) return
  const { system } = cell
  if (system.nesting >= MAX_NESTING) {
    system.environment.turns.microtask(() => {
      stopNext(cell)
    })
    return
  }
  system.nesting++
  ext.inStopLoop = true
  while (ext.lastChild !== undefined) {
    const child = ext.lastChild
    stopWithin(child, ext.stoppingChildren)
    if (ext.lastChild === child) break
  }
  ext.inStopLoop = false
  if (ext.lastChild === undefined) {
    const then = ext.childrenGone
    ext.childrenGone = undefined
    then()
  }
  system.nesting--
}

/**
 * Asks a child to stop, or kills it: it gets `shutdownMs` to stop, then as long again to be killed; then it is given up.
 * Asked again it gets no more time than it has.
 */
export function stopWithin(child: Cell, how: 'stop' | 'kill'): void {
  requestStop(child, how)
  if ((child.status & STOPPED) !== 0 || child.parent === undefined) return
  const ext = child.ext
  if (ext.shutdownTimer !== undefined && (ext.isKilled || how === 'stop')) return
  const graceMs = graceOf(child)
  ext.isKilled = how === 'kill'
  ext.shutdownTimer?.cancel()
  ext.shutdownTimer = child.system.clock.setTimer(graceMs, () => {
    ext.shutdownTimer = undefined
    if (how === 'stop') stopWithin(child, 'kill')
    else giveUp(child, graceMs)
  })
}

function giveUp(child: Cell, afterMs: number): void {
  child.system.publishAbandoned(child, afterMs)
  if (child.mode === REMOTE) {
    child.ext.stopReason = 'killed'
    terminate(child)
  } else abandon(child)
}

/** The guardians under the root have as long as the longest of their children. */
function graceOf(child: Cell): number {
  let grace = child.options.shutdownMs
  if (child.parent?.parent !== undefined) return grace
  let next = child.extension?.firstChild
  for (; next !== undefined; next = next.next) grace = Math.max(grace, next.options.shutdownMs)
  return grace
}

/** Gives a cell up whose handler does not come back; what the handler does later is ignored. */
function abandon(cell: Cell): void {
  let next: Cell | undefined = cell
  while (next !== undefined) {
    while (next.extension?.lastChild !== undefined) next = next.extension.lastChild
    const { parent }: Cell = next
    next.ext.stopReason = 'killed'
    if ((next.status & STOPPING) === 0) beginStop(next, 'killed')
    terminate(next)
    next = next === cell ? undefined : parent
  }
}

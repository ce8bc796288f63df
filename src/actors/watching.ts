import type { AnyRef } from './actor-ref.ts'
import { STOPPED } from './cell.ts'
import type { Cell } from './cell.ts'
import { SignalEntry } from './mailbox-entries.ts'
import type { TerminationReason } from './signals.ts'

/** Told once when what it watches has terminated. */
export interface Watcher {
  terminated(ref: AnyRef, reason: TerminationReason, error: unknown): void
}

/** What can be watched: a cell, or a ref across a link. `key` tells watchers apart. */
export interface WatchTarget {
  addWatcher(key: object, watcher: Watcher): void
  removeWatcher(key: object): void
}

/** The watch side of a local cell. */
export function addWatcher(cell: Cell, key: object, watcher: Watcher): void {
  if ((cell.status & STOPPED) !== 0) {
    watcher.terminated(cell, cell.extension?.stopReason ?? 'stopped', cell.extension?.failure)
    return
  }
  ;(cell.ext.watchers ??= new Map()).set(key, watcher)
}

export function removeWatcher(cell: Cell, key: object): void {
  cell.extension?.watchers?.delete(key)
}

export function notifyWatchers(cell: Cell, reason: TerminationReason, error: unknown): void {
  const watchers = cell.extension?.watchers
  if (watchers === undefined) return
  cell.ext.watchers = undefined
  for (const watcher of watchers.values()) {
    watcher.terminated(
      cell,
      reason,
      reason === 'failed' || reason === 'node-lost' ? error : undefined,
    )
  }
}

/** Makes `watcher` get one `Terminated` about `ref`, as a signal or as `message`. */
export function watch(
  watcher: Cell,
  ref: AnyRef,
  message: { readonly value: unknown } | undefined,
): void {
  const target = watchTargetOf(ref)
  ;(watcher.ext.watching ??= new Set()).add(target)
  let isWatching = false
  target.addWatcher(watcher, {
    terminated(gone, reason, error) {
      watcher.extension?.watching?.delete(target)
      // Gone before this watch: a notice of an earlier one that still waits gives way to this one's.
      if (!isWatching) withdraw(watcher, target)
      const notice =
        error === undefined
          ? { type: 'Terminated' as const, ref: gone, reason }
          : { type: 'Terminated' as const, ref: gone, reason, error }
      watcher.putSignal(new SignalEntry(notice, message))
    },
  })
  isWatching = true
}

export function unwatch(watcher: Cell, ref: AnyRef): void {
  const target = watchTargetOf(ref)
  watcher.extension?.watching?.delete(target)
  target.removeWatcher(watcher)
  withdraw(watcher, target)
}

/** Takes back the notice about `target` that was not handled yet. */
function withdraw(watcher: Cell, target: WatchTarget): void {
  if (watcher.entries === 0 || watcher.buffer === undefined) return
  for (const entry of watcher.buffer) {
    if (!(entry instanceof SignalEntry) || entry.signal?.type !== 'Terminated') continue
    if (watchTargetOf(entry.signal.ref) === target) entry.withdrawn = true
  }
}

export function forgetWatching(cell: Cell): void {
  for (const target of cell.extension?.watching ?? []) target.removeWatcher(cell)
}

/** Every ref that reaches users is a cell, an ask port or a remote ref; all can be watched. */
export function watchTargetOf(ref: AnyRef): WatchTarget {
  return ref as unknown as WatchTarget
}

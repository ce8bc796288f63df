import { awaitSetup } from './awaiting.ts'
import type { Behavior, ReceiveBehavior, SetupBehavior, StatefulBehavior } from './behavior.ts'
import {
  CHANGED,
  COUNTING,
  QUEUED,
  RECEIVE,
  STATEFUL,
  STOP_ASKED,
  UNHANDLED,
  UNSTARTED,
} from './cell.ts'
import type { Cell } from './cell.ts'
import { BehaviorError } from './errors.ts'
import { failCell } from './lifecycle.ts'
import type { Signal } from './signals.ts'
import type { SupervisorStrategy } from './supervisor.ts'

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  )
}

function isBehavior(value: unknown): value is Behavior<never> {
  return typeof value === 'object' && value !== null && 'kind' in value
}

/** Makes `behavior` what the cell does from now on. May suspend the cell on an async set-up. */
export function install(cell: Cell, behavior: Behavior<never>): void {
  if (behavior.supervision !== undefined) adoptStrategy(cell, behavior.supervision)
  switch (behavior.kind) {
    case 'stateful': {
      const stateful = behavior as unknown as StatefulBehavior<unknown, unknown>
      cell.state =
        stateful.constant === undefined ? stateful.initial(cell.context) : stateful.constant.value
      cell.running = behavior
      cell.mode = cell.system.fates.countsAll ? COUNTING : STATEFUL
      return
    }
    case 'receive':
      cell.state = undefined
      cell.running = behavior
      cell.mode = cell.system.fates.countsAll ? COUNTING : RECEIVE
      return
    case 'setup': {
      const next = (behavior as unknown as SetupBehavior<unknown>).start(cell.context)
      if (!isPromise(next)) {
        installNext(cell, next)
        return
      }
      // Messages wait: the outcome of the promise is the next behavior, unless another came between.
      const waiting: Behavior<never> = { ...idle }
      cell.running = waiting
      cell.mode = RECEIVE
      awaitSetup(cell, next, waiting, (made) => {
        if (cell.running !== waiting) return
        cell.status |= CHANGED
        installNext(cell, made)
      })
      return
    }
    case 'stopped':
      cell.status |= STOP_ASKED
      if (cell.mode === UNSTARTED) {
        cell.running = idle
        cell.mode = RECEIVE
      }
      return
    case 'same':
    case 'unhandled':
      throw new BehaviorError(
        'TROUPE_BEHAVIOR_EMPTY',
        `${cell.path} can't start as '${behavior.kind}': there is nothing yet to stay the same as; return receive(…), stateful(…) or stopped`,
        { data: { path: cell.path, kind: behavior.kind } },
      )
  }
}

/** The running behavior says how the actor supervises; `spawn` may have said otherwise. */
function adoptStrategy(cell: Cell, strategy: SupervisorStrategy): void {
  if (cell.options.isSupervisionGiven || strategyOf(cell) === strategy) return
  cell.ext.strategy = strategy
  cell.ext.supervisor = undefined
}

/** How the cell supervises its children now. */
export function strategyOf(cell: Cell): SupervisorStrategy {
  return cell.extension?.strategy ?? cell.options.supervision
}

/** Stands in while there is no behavior; never sees a message. */
const idle: ReceiveBehavior<unknown> = {
  kind: 'receive',
  receive: () => undefined,
  signal: undefined,
}

function installNext(cell: Cell, next: unknown): void {
  if (!isBehavior(next)) {
    throw new BehaviorError(
      'TROUPE_BEHAVIOR_NOT_RETURNED',
      `the set-up of ${cell.path} returned ${next === undefined ? 'nothing' : typeof next}: return a behavior`,
      { data: { path: cell.path } },
    )
  }
  install(cell, next)
}

/** Takes over what a receive function returned. */
export function applyNext(cell: Cell, next: unknown): void {
  if (next === undefined) return
  if (!isBehavior(next)) {
    throw new BehaviorError(
      'TROUPE_BEHAVIOR_NOT_RETURNED',
      `the behavior of ${cell.path} returned ${typeof next}: return a behavior, or nothing to stay the same; a function of state goes through stateful(…)`,
      { data: { path: cell.path } },
    )
  }
  if (next.kind === 'same') return
  if (next.kind === 'unhandled') {
    cell.status |= UNHANDLED
    return
  }
  if (next.kind === 'stopped') {
    cell.status |= STOP_ASKED
    return
  }
  cell.status |= CHANGED
  install(cell, next)
}

/** Starts an incarnation. A throw is a failure of the cell. */
export function startIncarnation(cell: Cell): void {
  try {
    install(cell, cell.behavior)
  } catch (error) {
    cell.ext.isUnstarted = true
    failCell(cell, error)
  }
}

/** Puts the cell back before its first message; its mailbox stays. */
export function resetIncarnation(cell: Cell): void {
  const behavior = cell.behavior
  cell.running = behavior
  if (behavior.kind === 'stateful') {
    const stateful = behavior as unknown as StatefulBehavior<unknown, unknown>
    if (stateful.constant !== undefined) {
      cell.state = stateful.constant.value
      cell.mode = cell.system.fates.countsAll ? COUNTING : STATEFUL
      return
    }
  }
  cell.state = undefined
  cell.mode = UNSTARTED
}

/** Whether a fresh cell has something to do before its first message. */
export function needsStart(behavior: Behavior<never>): boolean {
  return behavior.kind === 'setup' || behavior.kind === 'stopped'
}

/** Wakes a cell that is neither suspended nor queued and has something to do. */
export function wakeIfReady(cell: Cell): void {
  if (cell.status !== 0) return
  if (cell.head !== cell.tail || (cell.mode === UNSTARTED && needsStart(cell.behavior))) {
    cell.status = QUEUED
    cell.system.dispatcher.enqueue(cell)
  }
}

/** Hands a signal to the incarnation, if it wants signals. */
export function callSignal(cell: Cell, signal: Signal): unknown {
  const running = cell.running
  if (cell.mode === UNSTARTED) return undefined
  if (running.kind === 'stateful') {
    const behavior = running as unknown as StatefulBehavior<unknown, unknown>
    return behavior.signal === undefined
      ? undefined
      : behavior.signal(cell.state, signal, cell.context)
  }
  return (running as unknown as ReceiveBehavior<unknown>).signal?.(signal, cell.context)
}

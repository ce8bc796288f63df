import type { AnyRef } from './actor-ref.ts'
import type { AskPort } from './ask.ts'
import { AWAITING, Cell, REMOTE } from './cell.ts'
import { AskError } from './errors.ts'
import { failCell } from './lifecycle.ts'
import { takeOut } from './mailbox.ts'
import type { SystemCore } from './system-core.ts'

/** Waits noted by one handler before those that are over are swept out. */
const SWEEP_AFTER = 64

/**
 * An ask that a handler has made. It holds its actor up while that handler has returned a promise that is not settled:
 * then the actor waits on it. When waits close a circle, the ask that closed it fails; or, where one of them is
 * re-entrant, the message that its actor would never get to is handled at once.
 */
export class Wait {
  readonly port: AskPort
  readonly asker: Cell
  /** The head of its mailbox tells the asker's handlers apart. */
  turn: number
  next: Wait | undefined = undefined
  readonly isReentrant: boolean
  /** Its answer becomes a message: it holds nobody up. */
  isAside = false
  /** What was asked; until the ask ends. */
  message: unknown
  promise: Promise<unknown> | undefined = undefined
  /** It has left for another node, which does not know that somebody waits. */
  hasLeft = false
  /** To whom the router that was asked has handed it on. */
  handedTo: AnyRef | undefined = undefined

  constructor(port: AskPort, asker: Cell, message: unknown, isReentrant: boolean) {
    this.port = port
    this.asker = asker
    this.turn = asker.head
    this.message = message
    this.isReentrant = isReentrant
  }

  /** Who is to answer, as far as is known. */
  get target(): AnyRef {
    return this.handedTo ?? this.port.target
  }

  /** Whether its actor is held up by it now. */
  get isLive(): boolean {
    const { asker } = this
    return (
      !this.port.settled &&
      !this.isAside &&
      (asker.status & AWAITING) !== 0 &&
      this.turn === asker.head
    )
  }
}

/** A way along waits: each one's receiver is the next one's asker. */
export type Way = readonly Wait[]

/** Follows ways that leave the system; set by the links. */
export interface FarWaits {
  follow(first: Wait, leaving: readonly Way[]): void
}

/** One step of a circle: who waits, and with what message. */
export interface Waiting {
  readonly path: string
  /** The `type` of its message, if it has one. */
  readonly type?: string
}

/** Notes an ask of the handler that is at work. */
export function noteWait(asker: Cell, port: AskPort, message: unknown, isReentrant: boolean): Wait {
  const { ext } = asker
  const wait = new Wait(port, asker, message, isReentrant)
  let last = ext.asked
  ext.asked = wait
  ext.askedCount++
  if (last?.turn !== asker.head) last = undefined
  while (last?.port.settled === true) last = last.next
  wait.next = last
  if (last === undefined) ext.askedCount = 1
  else if (ext.askedCount > SWEEP_AFTER) ext.askedCount = sweep(last)
  return wait
}

/** Takes out what is over; the next sweep comes when as many were added as are left. */
function sweep(first: Wait): number {
  let left = 0
  for (let wait: Wait | undefined = first; wait !== undefined; wait = wait.next) {
    left++
    while (wait.next?.port.settled === true) wait.next = wait.next.next
  }
  return SWEEP_AFTER - Math.max(SWEEP_AFTER, left)
}

/** The answer to an ask becomes a message. */
export function asideIfAsked(cell: Cell, promise: Promise<unknown>): void {
  for (let wait = cell.extension?.asked; wait !== undefined; wait = wait.next) {
    if (wait.promise === promise) wait.isAside = true
  }
}

/** The head of a mailbox has moved while a handler was at work, which goes on with what it asked. */
export function keepTurn(cell: Cell, before: number): void {
  for (let wait = cell.extension?.asked; wait !== undefined; wait = wait.next) {
    wait.turn = wait.turn === before ? cell.head : Number.NaN
  }
}

/** The asks that hold a cell up. */
export function waitsOf(cell: Cell): readonly Wait[] {
  const waits: Wait[] = []
  if ((cell.status & AWAITING) === 0) return waits
  for (let wait = cell.extension?.asked; wait !== undefined; wait = wait.next) {
    if (wait.isLive) waits.push(wait)
  }
  return waits
}

/** The cell's handler has returned a promise: what it asked holds it up from now on. */
export function beginWaiting(cell: Cell): void {
  for (let wait = cell.extension?.asked; wait !== undefined; wait = wait.next) {
    if (wait.isLive) lookRound(wait)
  }
}

/** A wait has begun: it may have closed a circle, here or by way of others. */
export function lookRound(wait: Wait): void {
  const target: object = wait.target
  // By far the most: whoever is asked is free to answer.
  if (isFree(target) && target !== wait.asker) return
  const { far } = wait.port.system
  const leaving: Way[] = []
  const circle = walk([wait], target, wait.asker, leaving)
  if (circle !== undefined) confirmLater(wait)
  else if (far !== undefined && leaving.length > 0) far.follow(wait, leaving)
}

/** Looks at a circle within this system once more, when all promises that settle by themselves have. */
function confirmLater(wait: Wait): void {
  afterPromises(wait, () => {
    const circle = walk([wait], wait.target, wait.asker, [])
    if (circle === undefined) return
    for (const [at, each] of circle.entries()) {
      if (each.isReentrant && letIn(each.asker, circle.at(at - 1)?.message)) return
    }
    failForCircle(wait, circle.map(waitingOf))
  })
}

/** Calls `then` in a turn of its own, if the wait still holds its actor up. */
export function afterPromises(wait: Wait, then: () => void): void {
  wait.port.system.environment.turns.macrotask(() => {
    if (wait.isLive) then()
  })
}

/**
 * Follows waits from `target`, depth first, until one leads to `goal`; returns the whole way, which begins with `way`.
 * Ways that lead out of the system are put into `leaving`.
 */
export function walk(
  way: Way,
  target: object,
  goal: Cell | undefined,
  leaving: Way[],
  seen: Set<object> = new Set(),
): Way | undefined {
  if (target === goal) return way
  if (seen.has(target)) return undefined
  seen.add(target)
  if (!isHere(target)) {
    leaving.push(way)
    return undefined
  }
  for (const next of waitsOf(target)) {
    const found = walk([...way, next], next.target, goal, leaving, seen)
    if (found !== undefined) return found
  }
  return undefined
}

function isFree(target: object): boolean {
  return target instanceof Cell && target.mode !== REMOTE && (target.status & AWAITING) === 0
}

/** Whether it is an actor whose waits are known here. */
export function isHere(target: object): target is Cell {
  return target instanceof Cell && target.mode !== REMOTE
}

/** Handles a waiting message now, in the middle of the cell's handler. False if it does not wait there. */
export function letIn(cell: Cell, message: unknown): boolean {
  if ((cell.status & AWAITING) === 0 || !takeOut(cell, message)) return false
  const { dispatcher, ledger } = cell.system
  dispatcher.current = cell
  try {
    cell.invoke(message)
  } catch (error) {
    ledger.failed++
    dispatcher.current = undefined
    failCell(cell, error)
  }
  dispatcher.current = undefined
  return true
}

export function waitingOf({ asker, message }: Wait): Waiting {
  const { path } = asker
  const type = typeOf(message)
  return type === undefined ? { path } : { path, type }
}

function typeOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const { type } = message as { readonly type?: unknown }
  return typeof type === 'string' ? type : undefined
}

/** Ends the ask that closed a circle; where its message still waits here it is a dead letter. */
export function failForCircle(wait: Wait, circle: readonly Waiting[]): void {
  const { port, message } = wait
  const target: object = wait.target
  const { system }: { readonly system: SystemCore } = port
  port.fail(cycleError(circle))
  if (isHere(target) && takeOut(target, message)) system.deadLetter(message, target, 'ask-cycle')
}

function cycleError(circle: readonly Waiting[]): AskError {
  const way = [...circle, circle[0] as Waiting]
  const isOneSystem = new Set(circle.map(({ path }) => systemOf(path))).size === 1
  const steps = way.map(({ path }, at) => {
    const name = isOneSystem ? path.slice(systemOf(path).length) : path
    const type = way[at - 1]?.type
    return type === undefined ? name : `(${type}) ${name}`
  })
  return new AskError(
    'TROUPE_ASK_CYCLE',
    `nobody in ${steps.join(' -> ')} would ever answer, as each waits on the next: answer later by a message (ctx.pipeToSelf), or ask with { reentrant: true } where an actor may be called back while it waits`,
    { data: { cycle: way.map(({ path }) => path), waiting: circle } },
  )
}

/** `troupe://name` of a path. */
function systemOf(path: string): string {
  return path.split('/', 3).join('/')
}

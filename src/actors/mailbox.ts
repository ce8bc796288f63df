import { keepTurn } from './ask-cycles.ts'
import type { ActorRef } from './actor-ref.ts'
import { MailboxError } from './errors.ts'
import { FAILED, QUEUED, REMOTE, SLOW_DOOR, STOPPED, STOPPING, UNSTARTED } from './cell.ts'
import type { Cell } from './cell.ts'
import { failCell } from './lifecycle.ts'
import { enact } from './interception.ts'
import type { Interception } from './interception.ts'
import type { InjectedError } from './mailbox-entries.ts'
import { EnvelopedEntry, Entry, SignalEntry, isUserMessage, messageOf } from './mailbox-entries.ts'

const FIRST_RING = 4

function grow(cell: Cell): void {
  const old = cell.buffer
  if (old === undefined) {
    cell.buffer = [undefined, undefined, undefined, undefined]
    cell.mask = FIRST_RING - 1
  } else {
    const size = old.length * 2
    const next = new Array<unknown>(size)
    const depth = cell.depth
    // Head and tail keep counting: entries go where the new mask looks for them.
    for (let i = 0; i < depth; i++) {
      const position = (cell.head + i) | 0
      next[position & (size - 1)] = old[position & cell.mask]
    }
    cell.buffer = next
    cell.mask = size - 1
  }
  if (cell.room !== SLOW_DOOR) {
    cell.room = Math.min(cell.mask + 1, cell.options.capacity - heldPlaces(cell))
  }
}

/** Places that offers hold; tells must leave them alone. */
function heldPlaces(cell: Cell): number {
  return cell.extension?.room?.held ?? 0
}

function wake(cell: Cell): void {
  if (cell.status === 0) {
    cell.status = QUEUED
    cell.system.dispatcher.enqueue(cell)
  }
}

/** Puts an entry at the end, whatever the bounds. */
function put(cell: Cell, entry: unknown): void {
  if (cell.buffer === undefined || cell.depth > cell.mask) grow(cell)
  ;(cell.buffer as unknown[])[cell.tail & cell.mask] = entry
  cell.tail = (cell.tail + 1) | 0
  wake(cell)
}

/** Puts a signal or a stop in line; these are outside the bounds and the ledger. */
export function putEntry(cell: Cell, entry: Entry): void {
  if ((cell.status & (STOPPING | STOPPED)) !== 0) return
  cell.entries++
  cell.counted = (cell.counted + 1) | 0
  put(cell, entry)
}

/** Puts an entry in the middle of what waits, as a signal: reached when half of it is handled. */
export function putHalfway(cell: Cell, entry: Entry): void {
  putEntry(cell, entry)
  const { buffer, mask } = cell
  if (buffer === undefined) return
  const at = (cell.head + (cell.depth >> 1)) | 0
  for (let i = (cell.tail - 1) | 0; i !== at; i = (i - 1) | 0) {
    buffer[i & mask] = buffer[(i - 1) & mask]
  }
  buffer[at & mask] = entry
}

/** Puts messages back in front of the mailbox, in their order. */
export function putFirst(cell: Cell, messages: readonly unknown[]): void {
  const { head } = cell
  for (let i = messages.length - 1; i >= 0; i--) {
    if (cell.buffer === undefined || cell.depth > cell.mask) grow(cell)
    cell.head = (cell.head - 1) | 0
    ;(cell.buffer as unknown[])[cell.head & cell.mask] = messages[i]
  }
  if (cell.extension?.asked !== undefined) keepTurn(cell, head)
  if (messages.length > 0) wake(cell)
}

/** Takes a user message out that waits, wherever it stands; false if it is not there. */
export function takeOut(cell: Cell, message: unknown): boolean {
  const { buffer, mask } = cell
  if (buffer === undefined) return false
  for (let i = cell.head; i !== cell.tail; i = (i + 1) | 0) {
    const entry = buffer[i & mask]
    if (entry instanceof EnvelopedEntry && entry.message === message) {
      cell.ext.enveloped--
      cell.ext.queuedBytes -= entry.sizeBytes
    } else if (entry === message) cell.entries++
    else continue
    // What is left in its place means nothing.
    const empty = new SignalEntry(undefined, undefined)
    empty.withdrawn = true
    buffer[i & mask] = empty
    return true
  }
  return false
}

/** Takes the entry at the head. */
export function takeFirst(cell: Cell): unknown {
  const buffer = cell.buffer as unknown[]
  const index = cell.head & cell.mask
  const entry = buffer[index]
  buffer[index] = undefined
  cell.head = (cell.head + 1) | 0
  if (entry instanceof Entry) cell.entries--
  if (entry instanceof EnvelopedEntry) {
    cell.ext.enveloped--
    cell.ext.queuedBytes -= entry.sizeBytes
  }
  return entry
}

/**
 * Everything `tell` can't do on its fast way: the first message, growth, bounds, closed cells,
 * interception, declared sizes, senders, links. False if there was no room for it, or nobody to take it.
 */
export function slowTell(
  cell: Cell,
  message: unknown,
  sender: ActorRef<unknown> | undefined,
): boolean {
  if ((cell.status & (STOPPING | STOPPED)) !== 0) return refuse(cell, message, 'stopped')
  const interceptor = cell.system.interceptor
  if (interceptor !== undefined) {
    const fate = interceptor(cell, message)
    if (fate !== 'deliver') return meetFate(cell, message, sender, fate)
  }
  return accept(cell, message, sender, undefined)
}

/** What becomes of a message to a cell that an interceptor did not let pass as it is. */
export function meetFate(
  cell: Cell,
  message: unknown,
  sender: ActorRef<unknown> | undefined,
  fate: Exclude<Interception, 'deliver'>,
): boolean {
  return enact(fate, message, {
    core: cell.system,
    take: (instead, error) => {
      if ((cell.status & (STOPPING | STOPPED)) !== 0) return refuse(cell, instead, 'stopped')
      return accept(cell, instead, sender, error)
    },
    // Lost on the way, for all its sender can see.
    lose: () => void refuse(cell, message, 'intercepted'),
  })
}

/** Takes a message that was let pass. With `injected` its receiver fails over it with that error. */
function accept(
  cell: Cell,
  message: unknown,
  sender: ActorRef<unknown> | undefined,
  injected: InjectedError | undefined,
): boolean {
  const { system, options } = cell
  if (cell.mode === REMOTE) {
    system.ledger.sent++
    system.forwarded(message, 1)
    cell.extension?.body?.tell(message)
    return true
  }
  const sizeBytes =
    options.sizeOf === undefined ? system.arrivingBytes : measure(cell, message, options.sizeOf)
  if (sizeBytes === undefined) return true
  const isFull = (): boolean =>
    userDepth(cell) >= options.capacity - heldPlaces(cell) ||
    (options.capacityBytes !== undefined &&
      cell.ext.queuedBytes + sizeBytes > options.capacityBytes)
  if (isFull() && !makeRoom(cell, message, sizeBytes, isFull)) return false
  putUser(cell, message, sizeBytes, sender, injected)
  return true
}

function putUser(
  cell: Cell,
  message: unknown,
  sizeBytes: number,
  sender: ActorRef<unknown> | undefined,
  injected: InjectedError | undefined,
  isOffered = false,
): void {
  if (sizeBytes > 0 || sender !== undefined || injected !== undefined || isOffered) {
    cell.ext.queuedBytes += sizeBytes
    cell.ext.enveloped++
    cell.entries++
    put(cell, new EnvelopedEntry(message, sizeBytes, sender, injected, isOffered))
  } else put(cell, message)
}

/** Takes a message whose place is reserved: the bounds were kept when it was. `sizeBytes` if it is known already. */
export function acceptReserved(cell: Cell, message: unknown, sizeBytes: number | undefined): void {
  const { system, options } = cell
  if ((cell.status & (STOPPING | STOPPED)) !== 0) {
    refuse(cell, message, 'stopped')
    return
  }
  const fate = system.interceptor?.(cell, message) ?? 'deliver'
  if (fate !== 'deliver') {
    meetFate(cell, message, undefined, fate)
    return
  }
  const measured =
    sizeBytes ??
    (options.sizeOf === undefined ? system.arrivingBytes : measure(cell, message, options.sizeOf))
  if (measured === undefined) return
  // Whether it is a router shows when it has started.
  const isOffered = cell.mode === UNSTARTED || cell.extension?.handsOffersOn === true
  putUser(cell, message, measured, undefined, undefined, isOffered)
}

/** The declared size of a message; undefined if its receiver fails over it, which concerns no sender. */
export function measure(
  cell: Cell,
  message: unknown,
  sizeOf: (message: never) => number,
): number | undefined {
  try {
    const sizeBytes = sizeOf(message as never)
    if (sizeBytes >= 0 && sizeBytes < Infinity) return sizeBytes
    throw new MailboxError(
      'TROUPE_MAILBOX_SIZE_INVALID',
      `sizeOf of ${cell.path} returned ${String(sizeBytes)}: return the size of the message in bytes, 0 or more`,
      { data: { path: cell.path, sizeBytes } },
    )
  } catch (error) {
    cell.system.ledger.sent++
    cell.system.failed(message, cell)
    if ((cell.status & FAILED) === 0) failCell(cell, error)
    return undefined
  }
}

/** Messages waiting, signals aside (they are outside the bound). */
export function userDepth(cell: Cell): number {
  return cell.entries === 0 ? cell.depth : cell.depth - cell.entries + cell.ext.enveloped
}

function makeRoom(cell: Cell, message: unknown, sizeBytes: number, isFull: () => boolean): boolean {
  switch (cell.options.overflow) {
    case 'reject':
      return refuse(cell, message, 'mailbox-full')
    case 'dropNewest':
      cell.system.ledger.sent++
      cell.system.drop(message, cell, 'dropped-newest', true)
      return false
    case 'fail':
      refuse(cell, message, 'mailbox-full')
      if ((cell.status & FAILED) === 0) failCell(cell, overflowError(cell))
      return false
    case 'dropOldest':
      if (sizeBytes > (cell.options.capacityBytes ?? sizeBytes)) {
        return refuse(cell, message, 'mailbox-full')
      }
      while (isFull() && dropOldest(cell));
      return isFull() ? refuse(cell, message, 'mailbox-full') : true
  }
}

function overflowError(cell: Cell): MailboxError {
  const { capacity, capacityBytes } = cell.options
  return new MailboxError(
    'TROUPE_MAILBOX_OVERFLOW',
    `the mailbox of ${cell.path} is full (${String(cell.depth)} of ${String(capacity)} messages): slow its senders down, raise mailbox.capacity, or choose another overflow policy`,
    { data: { path: cell.path, capacity, capacityBytes } },
  )
}

/** Drops the oldest user message; false if there is none. Signals stay in line. */
function dropOldest(cell: Cell): boolean {
  const { head } = cell
  const kept: unknown[] = []
  let dropped = false
  while (!dropped && cell.depth > 0) {
    const entry = takeFirst(cell)
    if (!isUserMessage(entry)) {
      kept.push(entry)
      cell.entries++
      continue
    }
    cell.system.drop(messageOf(entry), cell, 'dropped-oldest', false)
    dropped = true
  }
  putFirst(cell, kept)
  if (cell.extension?.asked !== undefined) keepTurn(cell, head)
  return dropped
}

function refuse(
  cell: Cell,
  message: unknown,
  reason: 'stopped' | 'mailbox-full' | 'intercepted',
): boolean {
  cell.system.ledger.sent++
  cell.system.deadLetter(message, cell, reason)
  return false
}

/** Closes the mailbox for good: what waits becomes dead letters, and so will what comes. */
export function closeMailbox(cell: Cell): void {
  const { ledger } = cell.system
  ledger.sent += (cell.tail - cell.counted) | 0
  cell.counted = cell.tail
  cell.room = SLOW_DOOR
  while (cell.depth > 0) {
    const entry = takeFirst(cell)
    if (isUserMessage(entry)) cell.system.deadLetter(messageOf(entry), cell, 'stopped', false)
  }
  cell.buffer = undefined
  cell.mask = 0
  cell.extension?.room?.close()
}

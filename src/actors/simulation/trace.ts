import { TraceHash } from './trace-hash.ts'

/** What a simulation has seen. */
export type TraceKind =
  /** A message is put into a mailbox of the sender's own system. */
  | 'send'
  /** A message is handed to a link. */
  | 'forward'
  /** A message came over a link and is put into a mailbox. */
  | 'arrive'
  /** An actor handles what stands first in its mailbox. */
  | 'turn'
  /** An ask got its answer, in time or late. */
  | 'reply'
  | 'late-reply'
  | 'dead-letter'
  | 'directive'
  | 'death'
  /** Something else that a system has published, or a system's beginning. */
  | 'event'
  /** Bytes leave a node. */
  | 'frame'
  | 'node'
  | 'fault'
  | 'heal'
  | 'note'
  | 'violation'

/** Something that was seen; `from` and `to` are actors' paths behind their nodes' names, or nodes. */
export interface TraceEvent {
  /** Counts from 1. */
  readonly seq: number
  readonly atMs: number
  readonly kind: TraceKind
  readonly from: string
  readonly to: string
  /** The message's type, the directive, the reason. */
  readonly what: string
  /** The message in short; only where it was asked for. */
  readonly detail: string
}

/** Whoever has a place in a trace; its name is made when it is asked for. */
export interface Place {
  /** A number of its own in this trace. */
  readonly number: number
  readonly name: string
}

interface Seen {
  readonly seq: number
  readonly atMs: number
  readonly kind: TraceKind
  readonly from: Place | undefined
  readonly to: Place | undefined
  readonly what: string
  readonly detail: string
}

export interface TraceOptions {
  /** Events kept at most; the last ones. 4,096 by default. */
  readonly keep?: number
  /** Gets every event as a line. */
  readonly onLine?: ((line: string) => void) | undefined
}

/**
 * All that a simulation has seen: the last events, and a hash over all of them. Frames count in the hash, and as
 * lines, but are not kept.
 */
export class Trace {
  readonly #hash: TraceHash = new TraceHash()
  readonly #keep: number
  readonly #onLine: ((line: string) => void) | undefined
  readonly #now: () => number
  #older: Seen[] = []
  #newer: Seen[] = []
  #events = 0

  constructor(now: () => number, options: TraceOptions = {}) {
    this.#now = now
    this.#keep = options.keep ?? 4096
    this.#onLine = options.onLine
  }

  get events(): number {
    return this.#events
  }

  get digest(): string {
    return this.#hash.digest
  }

  add(
    kind: TraceKind,
    from: Place | undefined,
    to: Place | undefined,
    what: string,
    detail: string = '',
  ): void {
    const atMs = this.#now()
    const hash = this.#hash
    hash.word(kind)
    hash.float(atMs)
    hash.int(from === undefined ? 0 : from.number)
    hash.int(to === undefined ? 0 : to.number)
    hash.word(what)
    const seen: Seen = { seq: ++this.#events, atMs, kind, from, to, what, detail }
    this.#newer.push(seen)
    if (this.#newer.length >= this.#keep) {
      this.#older = this.#newer
      this.#newer = []
    }
    this.#onLine?.(traceLine(told(seen)))
  }

  frame(from: Place, to: Place, bytes: Uint8Array): void {
    this.#events++
    const hash = this.#hash
    hash.int(from.number)
    hash.int(to.number)
    hash.bytes(bytes)
    this.#onLine?.(
      `${this.#now().toFixed(3)} frame ${from.name} > ${to.name} ${bytes.length} bytes ${this.digest}`,
    )
  }

  /** The last events, oldest first. */
  last(count: number = this.#keep): readonly TraceEvent[] {
    return [...this.#older, ...this.#newer].slice(-count).map(told)
  }
}

function told({ seq, atMs, kind, from, to, what, detail }: Seen): TraceEvent {
  return { seq, atMs, kind, from: from?.name ?? '', to: to?.name ?? '', what, detail }
}

/** One event as a line. */
export function traceLine({ atMs, kind, from, to, what, detail }: TraceEvent): string {
  const who = from === '' ? to : to === '' ? from : `${from} > ${to}`
  return `${atMs.toFixed(3)} ${kind} ${who} ${what}${detail === '' ? '' : ` ${detail}`}`
}

import type { Clock } from '../../platform/index.ts'
import { bounded } from './bounded-words.ts'
import type { DecisionNote, DecisionPoint, DecisionRecord, LazyNote } from './decision.ts'
import { isMeant } from './subject.ts'
import type { Subject } from './subject.ts'

/** Bounds of a system's {@link DecisionLog}. */
export interface DecisionLimits {
  /** Decisions kept of one point, the newest; 256 by default, 0 keeps none at all. */
  readonly perPoint: number
  /** Newest decisions of a point of which the input is held for computing them again; 16 by default. */
  readonly recomputable: number
  /** Points; what further ones decide shares one ring. 64 by default. */
  readonly points: number
}

const defaultLimits: DecisionLimits = { perPoint: 256, recomputable: 16, points: 64 }

/** Of a whole account; what comes beyond is only counted. */
const MAX_FULL_LINES = 200

/** What is asked of a log about a subject. */
export interface Inquiry {
  /** Decisions to tell at most, the newest. */
  readonly limit: number
  /** The subject itself is the question; otherwise an explanation of something else passes by. */
  readonly isDirect: boolean
  /** With whole accounts, computed again where their input is still there. */
  readonly isFull: boolean
}

/** What a node can say of a subject. Plain data. */
export interface Answer {
  /** How it stands now, told by those that know it. */
  readonly now: readonly string[]
  /** Oldest first. */
  readonly records: readonly DecisionRecord[]
  /** Older decisions about it that are kept, but not told here. */
  readonly omitted: number
}

/** Says how a subject stands at this moment, if it knows it. */
export type Account = (subject: Subject) => readonly string[]

/** What one point has decided and how much of it is kept. */
export interface DecisionUsage {
  readonly point: string
  readonly decided: number
  readonly kept: number
}

interface Entry {
  readonly number: number
  readonly atMs: number
  readonly point: DecisionPoint
  readonly source: DecisionNote | LazyNote
  /** Decisions in a row that have the same key are one entry. */
  readonly key: string | undefined
  recompute: (() => readonly string[]) | undefined
  lastMs: number
  times: number
}

/** The newest entries of one point. */
class Ring {
  readonly #entries: Entry[] = []
  readonly #limits: DecisionLimits
  #next = 0
  decided = 0

  constructor(limits: DecisionLimits) {
    this.#limits = limits
  }

  add(entry: Entry): void {
    const { perPoint, recomputable } = this.#limits
    this.decided++
    this.#entries[this.#next] = entry
    const stale = this.#entries[(this.#next - recomputable + perPoint) % perPoint]
    if (stale !== undefined && (stale !== entry || recomputable === 0)) stale.recompute = undefined
    this.#next = (this.#next + 1) % perPoint
  }

  get newest(): Entry | undefined {
    const { perPoint } = this.#limits
    return this.#entries[(this.#next - 1 + perPoint) % perPoint]
  }

  /** Oldest first. */
  get entries(): readonly Entry[] {
    return [...this.#entries.slice(this.#next), ...this.#entries.slice(0, this.#next)]
  }
}

/**
 * What was decided in one system: a ring of the newest decisions for each point. Noting costs an object and a few
 * strings at most; nothing is looked up, told or sent before somebody asks.
 */
export class DecisionLog {
  readonly #clock: Clock
  readonly #limits: DecisionLimits
  readonly #rings: Map<string, Ring> = new Map()
  readonly #accounts: Map<object, Account> = new Map()
  #decided = 0

  constructor(clock: Clock, limits: Partial<DecisionLimits> = {}) {
    this.#clock = clock
    this.#limits = { ...defaultLimits, ...limits }
  }

  /** False when nothing is kept: then a point need not even make its words. */
  get isOn(): boolean {
    return this.#limits.perPoint > 0
  }

  /**
   * Notes a decision. With `key`, one like the newest of its point is only counted: for what falls the same way
   * again and again, such as an allocation that offers nothing.
   */
  note(point: DecisionPoint, note: DecisionNote, key?: string): void {
    if (!this.isOn) return
    const ring = this.#ringOf(point)
    const newest = ring.newest
    if (key !== undefined && newest?.key === key && newest.point.name === point.name) {
      newest.times++
      newest.lastMs = this.#clock.now()
      if (newest.recompute !== undefined) newest.recompute = note.recompute
      return
    }
    // The input goes with the newest only, so it must not hang on the words.
    const { recompute, ...words } = note
    this.#add(ring, point, bounded(words), key, recompute)
  }

  /** Notes a decision whose words are made when somebody asks; it must hold little by itself. */
  noteLazily(point: DecisionPoint, source: LazyNote): void {
    if (this.isOn) this.#add(this.#ringOf(point), point, source, undefined, undefined)
  }

  /** The newest decision of a point, if its words are made lazily. */
  newestLazy(point: DecisionPoint): LazyNote | undefined {
    const source = this.#rings.get(point.name)?.newest?.source
    return source !== undefined && 'toNote' in source ? source : undefined
  }

  /** Counts the newest decision of a point once more: what was decided now is like it. */
  again(point: DecisionPoint): void {
    const newest = this.#rings.get(point.name)?.newest
    if (newest === undefined) return
    newest.times++
    newest.lastMs = this.#clock.now()
  }

  /** Lets `owner` say how subjects stand now, until {@link forget} is called for it. */
  account(owner: object, account: Account): void {
    this.#accounts.set(owner, account)
  }

  /** The owner of an account is gone. */
  forget(owner: object): void {
    if (this.#accounts.size > 0) this.#accounts.delete(owner)
  }

  /** The newest decisions about `wanted`, and how it stands now. */
  answer(wanted: Subject, { limit, isDirect, isFull }: Inquiry): Answer {
    const { wallMs, now } = this.#moment()
    const found: [Entry, DecisionNote][] = []
    for (const ring of this.#rings.values()) {
      for (const entry of ring.entries) {
        const note = noteOf(entry)
        const { about, concerns = [] } = note
        const subjects = isDirect ? [...about, ...concerns] : about
        if (subjects.some((one) => isMeant(wanted, one))) found.push([entry, note])
      }
    }
    found.sort(([a], [b]) => a.number - b.number)
    const records = found
      .slice(Math.max(0, found.length - limit))
      .map(([entry, note]) => recordOf(entry, note, wallMs - now, isFull))
    return { now: this.#now(wanted), records, omitted: found.length - records.length }
  }

  /** The newest `limit` decisions, whatever they are about; oldest first. */
  newest(limit: number): readonly DecisionRecord[] {
    const { wallMs, now } = this.#moment()
    const entries = [...this.#rings.values()].flatMap((ring) => ring.entries)
    return entries
      .sort((a, b) => a.number - b.number)
      .slice(-limit)
      .map((entry) => recordOf(entry, noteOf(entry), wallMs - now, false))
  }

  usage(): readonly DecisionUsage[] {
    return [...this.#rings].map(([point, ring]) => ({
      point,
      decided: ring.decided,
      kept: ring.entries.length,
    }))
  }

  #now(wanted: Subject): readonly string[] {
    const lines: string[] = []
    for (const account of this.#accounts.values()) {
      try {
        lines.push(...account(wanted))
      } catch (error) {
        // Whoever explains must not fail over what it explains.
        lines.push(`an account could not be given: ${String(error)}`)
      }
    }
    return lines
  }

  #moment(): { readonly wallMs: number; readonly now: number } {
    return { wallMs: this.#clock.wallNow(), now: this.#clock.now() }
  }

  #add(
    ring: Ring,
    point: DecisionPoint,
    source: DecisionNote | LazyNote,
    key: string | undefined,
    recompute: (() => readonly string[]) | undefined,
  ): void {
    const atMs = this.#clock.now()
    const number = ++this.#decided
    ring.add({ number, atMs, point, source, key, recompute, lastMs: atMs, times: 1 })
  }

  #ringOf(point: DecisionPoint): Ring {
    const known = this.#rings.get(point.name)
    if (known !== undefined) return known
    const name = this.#rings.size < this.#limits.points - 1 ? point.name : 'other'
    let ring = this.#rings.get(name)
    if (ring === undefined) {
      ring = new Ring(this.#limits)
      this.#rings.set(name, ring)
    }
    return ring
  }
}

function noteOf({ source }: Entry): DecisionNote {
  return 'toNote' in source ? bounded(source.toNote()) : source
}

function recordOf(
  entry: Entry,
  note: DecisionNote,
  offsetMs: number,
  isFull: boolean,
): DecisionRecord {
  const { recompute: _, ...words } = note
  const { point, number, atMs, lastMs, times } = entry
  return {
    ...words,
    point,
    number,
    atMs: atMs + offsetMs,
    lastMs: lastMs + offsetMs,
    times,
    full: isFull ? fullAccount(entry) : [],
  }
}

function fullAccount({ recompute }: Entry): readonly string[] {
  if (recompute === undefined) return []
  try {
    const lines = recompute()
    const more = lines.length - MAX_FULL_LINES
    return more <= 0 ? lines : [...lines.slice(0, MAX_FULL_LINES), `… and ${more} more`]
  } catch (error) {
    return [`it could not be computed again: ${String(error)}`]
  }
}

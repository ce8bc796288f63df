import type { Clock } from '../../platform/index.ts'
import type { AnyRef } from '../actor-ref.ts'
import type { DropReason } from '../ledger.ts'
import { MessageTypes } from './message-types.ts'

/** What a system notes of the fates of messages, besides their numbers. */
export interface LedgerOptions {
  /**
   * Whether handled and forwarded messages are counted by type as well; false by default. All others are. On, it
   * costs each message a look-up.
   */
  readonly countTypes: boolean
  /** Types that are told apart; what comes beyond counts as `other`. 64 by default, 0 … 4,096; 0 counts no types. */
  readonly maxTypes: number
  /** Newest messages of each fate that are kept as samples: their type, not their contents. 8 by default; 0 keeps none. */
  readonly samples: number
}

const defaultLedgerOptions: LedgerOptions = { countTypes: false, maxTypes: 64, samples: 8 }

/** A fate that is counted by type. */
export type TypedFate = 'handled' | 'forwarded' | 'failed' | DropReason

/** One message that was not handled. Plain data. */
export interface FateSample {
  readonly fate: TypedFate
  readonly type: string
  /** Whose handler sent it, or the node it came from, where that was known. */
  readonly sender: string | undefined
  readonly receiver: string
  /** Unix time in ms. */
  readonly atMs: number
}

interface Sample {
  readonly type: number
  readonly sender: string | undefined
  readonly receiver: string
  readonly atMs: number
}

interface Fate {
  /** Type → messages. */
  readonly counts: number[]
  readonly samples: Sample[]
  next: number
  /** The slice in which samples were last taken, and how many it may still take: once the ring is full, one. */
  slice: number
  left: number
}

/** What the counting needs of its system. */
export interface FateSource {
  readonly clock: Clock
  /** Counts slices; within one, a fate takes no more samples than its ring holds. */
  slice(): number
  /** Who sends at this moment, as far as it is known. */
  sender(): string | undefined
}

const MAX_PATH = 256

/**
 * Fates of messages by type, with the newest few of each as samples. Only messages that were not handled come
 * here, unless {@link countsAll}. Memory is bounded: types × fates numbers, samples × fates samples.
 */
export class Fates {
  /** Whether handled and forwarded messages are to be reported, too. */
  readonly countsAll: boolean
  readonly #options: LedgerOptions
  readonly #source: FateSource
  readonly #types: MessageTypes
  readonly #fates: Map<TypedFate, Fate> = new Map()

  constructor(source: FateSource, options: Partial<LedgerOptions> = {}) {
    this.#options = { ...defaultLedgerOptions, ...options }
    this.#source = source
    this.#types = new MessageTypes(this.#options.maxTypes)
    this.countsAll = this.#options.countTypes && this.#options.maxTypes > 0
  }

  /** Adds to the count of a message's type, without a sample. */
  add(fate: TypedFate, message: unknown, by: number): void {
    const { counts } = this.#of(fate)
    const type = this.#types.of(message)
    counts[type] = (counts[type] ?? 0) + by
  }

  /** A message has met its fate. `isSending`: whoever is at work now has sent it. */
  note(fate: TypedFate, message: unknown, receiver: AnyRef, isSending: boolean): void {
    const { maxTypes, samples } = this.#options
    if (maxTypes === 0 && samples === 0) return
    const noted = this.#of(fate)
    const type = this.#types.of(message)
    noted.counts[type] = (noted.counts[type] ?? 0) + 1
    const slice = this.#source.slice()
    if (noted.slice !== slice) {
      noted.slice = slice
      noted.left = noted.samples.length < samples ? samples : Math.min(1, samples)
    }
    // A flood costs no more than its counting: within one slice only the first few are looked at closely.
    if (noted.left > 0) {
      noted.left--
      this.#sample(noted, type, receiver, isSending)
    }
  }

  /** Fate → type → messages; only what has happened. */
  counts(): Readonly<Partial<Record<TypedFate, Readonly<Record<string, number>>>>> {
    if (this.#options.maxTypes === 0) return {}
    return Object.fromEntries(
      [...this.#fates].map(([fate, { counts }]) => [fate, this.#byName(counts)]),
    )
  }

  /** Oldest first within each fate. */
  samples(): readonly FateSample[] {
    const { clock } = this.#source
    const offsetMs = clock.wallNow() - clock.now()
    return [...this.#fates].flatMap(([fate, { samples, next }]) =>
      [...samples.slice(next), ...samples.slice(0, next)].map((sample) => ({
        fate,
        type: this.#types.nameOf(sample.type),
        sender: sample.sender,
        receiver: sample.receiver,
        atMs: sample.atMs + offsetMs,
      })),
    )
  }

  /** Counts messages by type, under the names and the bound of this system. */
  tally(messages: Iterable<unknown>): Readonly<Record<string, number>> {
    const counts: number[] = []
    for (const message of messages) {
      const type = this.#types.of(message)
      counts[type] = (counts[type] ?? 0) + 1
    }
    return this.#byName(counts)
  }

  #sample(fate: Fate, type: number, receiver: AnyRef, isSending: boolean): void {
    const sender = isSending ? this.#source.sender() : undefined
    fate.samples[fate.next] = {
      type,
      sender: sender === undefined ? undefined : shortPath(sender),
      receiver: shortPath(receiver.path),
      atMs: this.#source.clock.now(),
    }
    fate.next = (fate.next + 1) % this.#options.samples
  }

  #of(name: TypedFate): Fate {
    let fate = this.#fates.get(name)
    if (fate === undefined) {
      fate = { counts: [], samples: [], next: 0, slice: -1, left: 0 }
      this.#fates.set(name, fate)
    }
    return fate
  }

  #byName(counts: readonly number[]): Readonly<Record<string, number>> {
    const named = new Map<string, number>()
    for (const [type, count] of counts.entries()) {
      if (count !== undefined && count !== 0) named.set(this.#types.nameOf(type), count)
    }
    return Object.fromEntries(named)
  }
}

function shortPath(path: string): string {
  return path.length <= MAX_PATH ? path : `${[...path.slice(0, MAX_PATH - 1)].join('')}…`
}

import type { Clock } from '../platform/index.ts'
import type { Event } from './event/index.ts'
import type { AppendReply, Rim, SumReply, Unavailable, WriteReply } from './rim/index.ts'
import type { DoorSettings, StoreSettings } from './settings.ts'

/** What became of an event. */
export type Outcome =
  /** It is in the log, on all replicas in sync, and in the table, on a quorum. */
  | { readonly type: 'stored' }
  /** It will never do; `isDeadLetter` tells that it is in the topic of dead letters, with the reason. */
  | { readonly type: 'refused'; readonly reason: string; readonly isDeadLetter: boolean }
  /** It may be in the log, and even in the table: it is for the client to send it again. */
  | { readonly type: 'unavailable'; readonly reason: string }

/** Headers of what is logged. */
export const ID_HEADER = 'event-id'
const REASON_HEADER = 'reason'

export interface IntakeCounts {
  readonly stored: number
  readonly refused: number
  readonly unavailable: number
  readonly deadLetters: number
}

/** Takes events in: first into the log, then into the table, so that whatever is in the table is in the log. */
export class Intake {
  readonly #rim: Rim
  readonly #clock: Clock
  readonly #topics: StoreSettings['topics']
  readonly #limits: Pick<DoorSettings, 'waitMs' | 'maxWaiting'>
  readonly #counts = { stored: 0, refused: 0, unavailable: 0, deadLetters: 0 }
  #waiting = 0

  constructor(
    rim: Rim,
    clock: Clock,
    topics: StoreSettings['topics'],
    limits: Pick<DoorSettings, 'waitMs' | 'maxWaiting'>,
  ) {
    this.#rim = rim
    this.#clock = clock
    this.#topics = topics
    this.#limits = limits
  }

  /** Events that are being taken in. */
  get waiting(): number {
    return this.#waiting
  }

  get counts(): IntakeCounts {
    return this.#counts
  }

  /** @param raw the event as the client has sent it */
  async take(event: Event, raw: Uint8Array): Promise<Outcome> {
    const { maxWaiting } = this.#limits
    const outcome: Outcome =
      this.#waiting >= maxWaiting
        ? { type: 'unavailable', reason: `${maxWaiting} events wait already` }
        : await this.#counted(event, raw)
    this.#counts[outcome.type] += 1
    return outcome
  }

  /** What the values of a campaign's events of a type come to. */
  async total(campaignId: string, eventType: string): Promise<SumReply | Unavailable> {
    const untilMs = this.#clock.now() + this.#limits.waitMs
    return this.#rim.writer.ask<SumReply>(this.#clock.now(), untilMs, (replyTo) => ({
      type: 'SumEvents',
      campaignId,
      eventType,
      untilMs,
      replyTo,
    }))
  }

  async #counted(event: Event, raw: Uint8Array): Promise<Outcome> {
    this.#waiting += 1
    try {
      return await this.#take(event, raw, this.#clock.now() + this.#limits.waitMs)
    } finally {
      this.#waiting -= 1
    }
  }

  async #take(event: Event, raw: Uint8Array, untilMs: number): Promise<Outcome> {
    const { events } = this.#topics
    const logged = await this.#append(events, event.id, raw, {}, untilMs)
    if (logged.type === 'Unavailable') return { type: 'unavailable', reason: logged.reason }
    if (logged.type === 'Refused') {
      return { type: 'refused', reason: logged.reason, isDeadLetter: false }
    }
    const written = await this.#rim.writer.ask<WriteReply>(
      this.#clock.now(),
      untilMs,
      (replyTo) => ({ type: 'WriteEvent', event, untilMs, replyTo }),
    )
    if (written.type === 'WriteSuccessful') return { type: 'stored' }
    if (written.type === 'Unavailable') return { type: 'unavailable', reason: written.reason }
    return this.#deadLetter(event, raw, written.reason, untilMs)
  }

  /** What the table will never take goes where somebody can look at it. */
  async #deadLetter(
    { id }: Event,
    raw: Uint8Array,
    reason: string,
    untilMs: number,
  ): Promise<Outcome> {
    const { deadLetters } = this.#topics
    const logged = await this.#append(deadLetters, id, raw, { [REASON_HEADER]: reason }, untilMs)
    if (logged.type === 'Unavailable') return { type: 'unavailable', reason: logged.reason }
    const isDeadLetter = logged.type === 'AppendSuccessful'
    if (isDeadLetter) this.#counts.deadLetters += 1
    return { type: 'refused', reason, isDeadLetter }
  }

  #append(
    topic: string,
    id: string,
    value: Uint8Array,
    more: Readonly<Record<string, string>>,
    untilMs: number,
  ): Promise<AppendReply | Unavailable> {
    return this.#rim.log.ask<AppendReply>(this.#clock.now(), untilMs, (replyTo) => ({
      type: 'AppendEvent',
      topic,
      event: { key: id, value, headers: { [ID_HEADER]: id, ...more } },
      untilMs,
      replyTo,
    }))
  }
}

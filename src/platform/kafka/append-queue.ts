import type { EventPosition, NewEvent } from '../event-log.ts'

/** Events of one call that wait for their turn. */
export interface WaitingAppend {
  readonly topic: string
  readonly events: readonly NewEvent[]
  readonly resolve: (positions: readonly EventPosition[]) => void
  readonly reject: (error: unknown) => void
}

const MAX_EVENTS = 2000
/** Well below the 1 MiB that a broker takes in a batch; one call alone may have more. */
const MAX_BYTES = 512 * 1024
/** Of an event beside its key and value, about. */
const EVENT_BYTES = 64

/**
 * Puts calls that come while another one is under way together to one request: the more there are, the larger they get. One request is under way at a
 * time, so that order is kept.
 */
export class AppendQueue {
  readonly #send: (appends: readonly WaitingAppend[]) => Promise<void>
  #waiting: WaitingAppend[] = []
  #isSending = false

  /** @param send settles all of them; never rejects */
  constructor(send: (appends: readonly WaitingAppend[]) => Promise<void>) {
    this.#send = send
  }

  add(append: WaitingAppend): void {
    this.#waiting.push(append)
    if (!this.#isSending) void this.#run()
  }

  async #run(): Promise<void> {
    this.#isSending = true
    // Calls of the same turn go together from the start.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const count = fitting(this.#waiting)
      const appends = this.#waiting.slice(0, count)
      this.#waiting = this.#waiting.slice(count)
      await this.#send(appends)
    }
    this.#isSending = false
  }
}

/** How many of the first calls go into a request. */
function fitting(waiting: readonly WaitingAppend[]): number {
  let [events, bytes] = [0, 0]
  for (const [i, append] of waiting.entries()) {
    events += append.events.length
    for (const event of append.events) {
      bytes += EVENT_BYTES + event.value.length + (event.key?.length ?? 0)
    }
    if (i > 0 && (events > MAX_EVENTS || bytes > MAX_BYTES)) return i
  }
  return waiting.length
}

import { AWAITING, UNSTARTED } from './cell.ts'
import type { Cell } from './cell.ts'
import { MailboxError } from './errors.ts'
import { putFirst } from './mailbox.ts'
import type { Stash } from './stash.ts'

export class StashOfCell implements Stash<unknown> {
  readonly #cell: Cell
  #messages: unknown[] = []
  /** `head` of the mailbox when a message was last stashed: one message in hand is put off once. */
  #stashedAt: number | undefined = undefined

  constructor(cell: Cell) {
    this.#cell = cell
  }

  stash(message: unknown): void {
    const { system, options, path, head, mode } = this.#cell
    if (this.#messages.length >= options.stashCapacity) {
      throw new MailboxError(
        'TROUPE_STASH_FULL',
        `the stash of ${path} holds ${String(options.stashCapacity)} messages already: unstash sooner, or raise stashCapacity`,
        { data: { path, stashCapacity: options.stashCapacity } },
      )
    }
    // The message in hand will be counted as handled when its handler ends; here its fate is another.
    // While it is set up there is none.
    if (this.#stashedAt === head || mode === UNSTARTED) system.ledger.sent++
    else {
      system.ledger.handled--
      if (system.fates.countsAll) system.fates.add('handled', message, -1)
    }
    this.#stashedAt = head
    this.#messages.push(message)
    system.ledger.stashed++
  }

  unstashAll(): void {
    const messages = this.release()
    putFirst(this.#cell, messages)
  }

  /** Hands all messages out; the caller puts them back into the mailbox. */
  release(): unknown[] {
    const messages = this.#messages
    this.#messages = []
    this.#stashedAt = undefined
    this.#cell.system.ledger.stashed -= messages.length
    return messages
  }

  /** What is put off. */
  get messages(): readonly unknown[] {
    return this.#messages
  }

  /** The message that is being handled is stashed already. */
  get hasMessageInHand(): boolean {
    const cell = this.#cell
    const isHandling = cell.system.dispatcher.current === cell || (cell.status & AWAITING) !== 0
    return isHandling && this.#stashedAt === cell.head
  }

  get size(): number {
    return this.#messages.length
  }
}

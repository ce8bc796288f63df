import type { RemoteRef } from './remote-ref.ts'

/** What another link is given for an ask port that stands behind a link of ours: good for one answer, or for none. */
export class OneShot {
  readonly #port: RemoteRef
  readonly #onUse: () => void

  constructor(port: RemoteRef, onUse: () => void) {
    this.#port = port
    this.#onUse = onUse
  }

  tell(message: unknown): void {
    this.#onUse()
    this.#port.tell(message)
  }

  fail(error: unknown): void {
    this.#onUse()
    this.#port.link.control('unanswered', this.#port.number, error)
  }
}

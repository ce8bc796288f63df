import type { Cell } from '../cell.ts'
import type { Exported } from '../system-core.ts'
import { isMalformed } from './admission.ts'
import type { LinkHub } from './hub.ts'

/** An actor that takes messages only over links whose other side has proved to know a token. */
export class GuardedExport implements Exported {
  readonly cell: Cell
  readonly token: string
  readonly #hub: LinkHub

  constructor(hub: LinkHub, cell: Cell, token: string) {
    this.#hub = hub
    this.cell = cell
    this.token = token
  }

  tell(message: unknown): void {
    const { core, receiving } = this.#hub
    if (receiving?.proven.has(this.token) === true) {
      if (!isMalformed(this.cell, message)) this.cell.tell(message)
      else {
        core.ledger.sent++
        core.deadLetter(message, this.cell, 'malformed')
      }
      return
    }
    core.ledger.sent++
    core.deadLetter(message, this.cell, 'not-proved')
    core.environment.log.write(
      'warn',
      `refused a message to ${this.cell.path}: ${receiving?.peer.label ?? 'its sender'} has not proved to know the token '${this.token}'`,
      { path: this.cell.path, token: this.token },
    )
  }
}

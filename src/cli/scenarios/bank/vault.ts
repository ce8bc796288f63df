import { receive, type Behavior } from '../../../actors/index.ts'
import type { VaultMessage } from './protocol.ts'

/** What the vault knows; looked at from outside by the scenario's invariants. */
export interface VaultState {
  readonly balances: Map<string, number>
  /** Order → what is held for it, until it is committed. */
  readonly held: Map<string, number>
  readonly committed: Set<string>
  /** Incarnation of a teller → the number of its last entry. */
  readonly entries: Map<string, number>
}

/** Keeps the money. Both steps of an order may come more than once, and late. */
export function vault(
  state: VaultState,
  onDisorder: (what: string) => void,
): Behavior<VaultMessage> {
  const { balances, held, committed, entries } = state
  return receive<VaultMessage>((message) => {
    switch (message.type) {
      case 'Reserve': {
        const { id, from, amount } = message.order
        if (!held.has(id) && !committed.has(id)) {
          balances.set(from, (balances.get(from) ?? 0) - amount)
          held.set(id, amount)
        }
        message.replyTo.tell({ type: 'Done' })
        return
      }
      case 'Commit': {
        const { id, to } = message.order
        if (committed.has(id)) {
          message.replyTo.tell({ type: 'Done' })
          return
        }
        const amount = held.get(id)
        if (amount === undefined) {
          message.replyTo.tell({ type: 'Refused', reason: 'nothing is held for it' })
          return
        }
        held.delete(id)
        committed.add(id)
        balances.set(to, (balances.get(to) ?? 0) + amount)
        message.replyTo.tell({ type: 'Done' })
        return
      }
      case 'Entry': {
        const { teller, number } = message
        const last = entries.get(teller) ?? 0
        // Some may be lost with a connection; none may come twice, or before an earlier one.
        if (number <= last) onDisorder(`entry ${number} of ${teller} came after ${last}`)
        entries.set(teller, number)
      }
    }
  })
}

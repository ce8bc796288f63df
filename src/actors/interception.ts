import type { AnyRef } from './actor-ref.ts'
import { REMOTE, SLOW_DOOR } from './cell.ts'
import type { InjectedError } from './mailbox-entries.ts'
import type { SystemCore } from './system-core.ts'

/**
 * What becomes of a message that is on its way to a mailbox or a link.
 *
 * `drop` makes it a dead letter (`intercepted`). `fail`: its receiver fails with `error` in the message's place in
 * line; a receiver that lives behind a link gets the message. `replace`: these arrive instead, in order; none is
 * a message less. `hold`: it counts as in flight until `later` is called back.
 */
export type Interception =
  | 'deliver'
  | 'drop'
  | { readonly type: 'fail'; readonly error: unknown }
  | { readonly type: 'replace'; readonly messages: readonly unknown[] }
  | { readonly type: 'hold'; readonly later: (handIn: () => void) => void }

/** Looks at every message before a mailbox takes it; only systems made for tests have one. */
export type Interceptor = (recipient: AnyRef, message: unknown) => Interception

/** Where an intercepted message was going. */
export interface Destination {
  readonly core: SystemCore
  /** Takes a message as if nobody had looked; counts it as sent. False if it found no room, or nobody. */
  readonly take: (message: unknown, injected: InjectedError | undefined) => boolean
  readonly lose: () => void
}

/** Does what an interceptor has said. False as `take` says it. */
export function enact(
  fate: Exclude<Interception, 'deliver'>,
  message: unknown,
  { core, take, lose }: Destination,
): boolean {
  if (fate === 'drop') {
    lose()
    return true
  }
  switch (fate.type) {
    case 'fail':
      return take(message, { error: fate.error })
    case 'replace': {
      let isTaken = true
      for (const instead of fate.messages) isTaken = take(instead, undefined) && isTaken
      return isTaken
    }
    case 'hold': {
      const { ledger } = core
      ledger.sent++
      ledger.awaiting++
      let isHeld = true
      fate.later(() => {
        if (!isHeld) return
        isHeld = false
        ledger.sent--
        ledger.awaiting--
        take(message, undefined)
      })
      return true
    }
  }
}

const chains: WeakMap<SystemCore, Set<Interceptor>> = new WeakMap()

/**
 * Shows every message of a running system to `interceptor`, after those that came before it; the first that says
 * something else than `deliver` decides. Returns the way to end that. From the first call on `tell` takes the slow
 * door in that system.
 */
export function addInterceptor(core: SystemCore, interceptor: Interceptor): () => void {
  let chain = chains.get(core)
  if (chain === undefined) {
    chain = new Set(core.interceptor === undefined ? [] : [core.interceptor])
    chains.set(core, chain)
    if (!core.defaults.slowDoor) openSlowDoors(core)
  }
  chain.add(interceptor)
  core.interceptor = inTurn(chain)
  return () => {
    chain.delete(interceptor)
    core.interceptor = chain.size === 0 ? undefined : inTurn(chain)
  }
}

function inTurn(chain: Set<Interceptor>): Interceptor {
  const [first] = chain
  if (chain.size === 1 && first !== undefined) return first
  return (recipient, message) => {
    for (const interceptor of chain) {
      const fate = interceptor(recipient, message)
      if (fate !== 'deliver') return fate
    }
    return 'deliver'
  }
}

/** Actors that live, and those to come, take each message through `slowTell`, which looks for an interceptor. */
function openSlowDoors(core: SystemCore): void {
  core.defaults = { ...core.defaults, slowDoor: true }
  for (const cell of core.cells()) if (cell.mode !== REMOTE) cell.room = SLOW_DOOR
}

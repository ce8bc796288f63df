import type { MemoryWorld } from '../../platform/index.ts'
import { STOPPED } from '../cell.ts'
import type { Cell } from '../cell.ts'
import { ledgerImbalance } from '../ledger.ts'
import { RemoteRef, knownHubOf } from '../links/index.ts'
import type { WatchTarget } from '../watching.ts'
import type { ObservedSystem } from './observation.ts'

/** What holds in any system, whatever goes wrong around it. Each says what is wrong, or nothing. */

/** Every message has exactly one fate. */
export function ledgersBalance(systems: readonly ObservedSystem[]): string | undefined {
  for (const { core, node } of systems) {
    const ledger = core.snapshot()
    const imbalance = ledgerImbalance(ledger)
    if (imbalance !== 0) {
      return `${imbalance} messages of ${core.name} on ${node} have no fate, or more than one: ${JSON.stringify(ledger)}`
    }
  }
  return undefined
}

/** Nobody watches what has ended. Only sure once things have come to rest. */
export function watchesAnswered(systems: readonly ObservedSystem[]): string | undefined {
  const cores = new Map(systems.map((system) => [knownHubOf(system.core)?.node ?? '', system]))
  for (const { core } of systems) {
    for (const cell of core.cells()) {
      for (const target of cell.extension?.watching ?? []) {
        const wrong = unanswered(cell, target, cores)
        if (wrong !== undefined) return wrong
      }
    }
  }
  return undefined
}

function unanswered(
  cell: Cell,
  target: WatchTarget,
  cores: ReadonlyMap<string, ObservedSystem>,
): string | undefined {
  if (target instanceof RemoteRef) {
    const { link, ending, number, path } = target
    if (ending !== undefined || link.lostWith !== undefined) {
      return `${cell.path} watches ${path}, which has ended, and was not told`
    }
    const there = cores.get(link.peer.node)
    if (there === undefined || number <= 0 || there.core.exports.has(number)) return undefined
    return `${cell.path} watches ${path} on ${there.node}, which has ended there, and was not told`
  }
  const { status, path } = target as Partial<Cell>
  if (status === undefined || (status & STOPPED) === 0) return undefined
  return `${cell.path} watches ${path ?? 'an actor'}, which has ended, and was not told`
}

/** What is left once everything was stopped, and that nobody will look at again. */
export function leftOver(
  world: MemoryWorld,
  systems: readonly ObservedSystem[],
): string | undefined {
  const left: string[] = []
  for (const { core, node } of systems) {
    const on = `${core.name} on ${node}`
    if ((core.root.status & STOPPED) === 0) {
      const cells = [...core.cells()].map(({ path }) => path)
      left.push(`${on} still runs ${cells.length} actors, such as ${cells[cells.length - 1]}`)
      continue
    }
    const { inFlight, stashed } = core.snapshot()
    if (inFlight + stashed > 0)
      left.push(`${on}: ${inFlight + stashed} messages in flight or stashed`)
    const asks = core.askDeadlines.pending()
    if (asks.length > 0) left.push(`${on}: ${asks.length} asks, such as that to ${asks[0]?.path}`)
    if (core.exports.size > 0) left.push(`${on}: ${core.exports.size} numbers for other sides`)
    const links = [...(knownHubOf(core)?.links ?? [])]
    if (links.length > 0) {
      left.push(`${on}: links to ${links.map(({ peer }) => peer.label).join(', ')}`)
    }
  }
  for (const { name, ...uses } of world.inUse()) {
    for (const [what, count] of Object.entries(uses)) {
      if (count > 0) left.push(`${name}: ${count} ${what}`)
    }
  }
  return left.length === 0 ? undefined : left.join('; ')
}

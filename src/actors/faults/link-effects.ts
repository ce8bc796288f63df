import type { MemoryNetwork } from '../../platform/index.ts'
import type { Begin } from './effect.ts'
import type { CutLinkFault, HalfOpenLinkFault, LinkFault, SlowLinkFault } from './fault.ts'
import { rulesFor } from './link-rules.ts'
import type { ShapedNetwork } from './shaped-network.ts'
import { noTarget } from './targets.ts'
import type { Rim } from './targets.ts'

/** @throws TROUPE_FAULT_NO_TARGET */
export function strikeLink(fault: LinkFault, rim: Rim): Begin {
  const networks = networksOf(rim)
  if (networks.length > 0) {
    checkKnown(fault, rim)
    return onNetworks(fault, networks)
  }
  if (rim.world !== undefined) return inWorld(fault, rim.world.network)
  throw noLink(fault)
}

/** The real networks on which faults take hold, once each. */
export function networksOf(rim: Rim): readonly ShapedNetwork[] {
  return [
    ...[...rim.environments.values()].map(({ faults }) => faults.network),
    ...rim.links.map(({ network }) => network),
  ]
}

function onNetworks(fault: LinkFault, networks: readonly ShapedNetwork[]): Begin {
  switch (fault.type) {
    case 'cut-link':
    case 'slow-link':
      return (work) => {
        const rules = rulesFor(fault, fault.type === 'cut-link' ? undefined : slownessOf(fault))
        const ends = networks.flatMap((network) => rules.map((rule) => network.rules.add(rule)))
        work.fire()
        return () => {
          for (const end of ends) end()
        }
      }
    case 'reset-link':
    case 'half-open-link':
      return (work) => {
        const open = networks.flatMap((network) => network.between(fault.from, fault.to))
        work.fire(open.length)
        if (open.length === 0) work.failed(noneOpen(fault))
        if (fault.type === 'half-open-link') {
          for (const connection of open) connection.mute()
          return () => {
            for (const connection of open) connection.abort()
          }
        }
        for (const connection of open) connection.abort()
        return undefined
      }
  }
}

function inWorld(fault: LinkFault, network: MemoryNetwork): Begin {
  const { from, to } = fault
  switch (fault.type) {
    case 'cut-link':
      return (work) => {
        const oneWay = fault.direction === 'one-way'
        network.cut(from, to, { oneWay })
        work.fire()
        return () => {
          network.heal(from, to, { oneWay })
        }
      }
    case 'slow-link':
      return (work) => {
        const { delayMs, jitterMs, bytesPerSecond } = slownessOf(fault)
        const delay = { minMs: delayMs, maxMs: delayMs + jitterMs }
        const rules = rulesFor(fault, undefined)
        for (const rule of rules) {
          if (delayMs + jitterMs > 0) network.setDelay(delay, rule.from, rule.to)
          if (bytesPerSecond !== undefined)
            network.setRate(rule.from, rule.to, bytesPerSecond / 1_000)
        }
        work.fire()
        return () => {
          for (const rule of rules) {
            network.clearDelay(rule.from, rule.to)
            network.setRate(rule.from, rule.to, undefined)
          }
        }
      }
    case 'reset-link':
      return (work) => {
        const count = network.reset(from, to)
        work.fire(count)
        if (count === 0) work.failed(noneOpen(fault))
        return undefined
      }
    case 'half-open-link':
      return (work) => {
        const { count, reset } = network.halfOpen(from, to)
        work.fire(count)
        if (count === 0) work.failed(noneOpen(fault))
        return reset
      }
  }
}

function slownessOf({ delayMs = 0, jitterMs = 0, bytesPerSecond }: SlowLinkFault): {
  readonly delayMs: number
  readonly jitterMs: number
  readonly bytesPerSecond: number | undefined
} {
  return { delayMs, jitterMs, bytesPerSecond }
}

/** One side at least must be a node or a proxy of the injection: a misspelt name would prove nothing. */
function checkKnown(fault: LinkFault, rim: Rim): void {
  const known = new Set([
    ...rim.environments.keys(),
    ...rim.links.flatMap(({ from, to }) => [from, to]),
  ])
  if (!known.has(fault.from) && !known.has(fault.to)) throw noLink(fault)
}

function noLink({ from, to }: LinkFault): Error {
  return noTarget(
    `link between '${from}' and '${to}'`,
    'give the systems on faultyEnvironment(), a faultProxy as faults({ links: [proxy] }), or a world',
  )
}

function noneOpen({ from, to }: CutLinkFault | HalfOpenLinkFault | LinkFault): string {
  return `no connection was open between ${from} and ${to}`
}

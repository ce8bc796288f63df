import type { ActorSystem } from '../actor-system.ts'
import type { Cell } from '../cell.ts'
import type { Begin } from './effect.ts'
import type { BlockThreadFault, KillActorFault, KillThreadFault } from './fault.ts'
import { pathPattern } from './patterns.ts'
import { noTarget } from './targets.ts'
import type { Rim } from './targets.ts'

/** @throws TROUPE_FAULT_NO_TARGET */
export function killActors(fault: KillActorFault, rim: Rim): Begin {
  const systems = systemsOf(rim, fault.node)
  const isMeant = pathPattern(fault.actor)
  return (work) => {
    for (const system of systems) {
      const meant = [...system.core.cells()].filter((cell) => isMortal(cell) && isMeant(cell.path))
      for (const cell of meant) {
        // Told apart: an actor may end with its parent, which was killed before it.
        work.fire()
        void system.kill(cell)
      }
    }
    if (work.count === 0) work.failed(`no actor ${fault.actor} lived`)
    return undefined
  }
}

/** @throws TROUPE_FAULT_NO_TARGET */
export function strikeThread(fault: KillThreadFault | BlockThreadFault, rim: Rim): Begin {
  const index = fault.thread ?? 0
  const pool = rim.pools.find(({ name }) => fault.pool === undefined || name === fault.pool)
  if (pool === undefined) return strikeSimulatedThread(fault, rim)
  return (work) => {
    const isThere =
      fault.type === 'kill-thread' ? pool.killThread(index) : pool.blockThread(index, fault.forMs)
    if (isThere) work.fire()
    else work.failed(`pool ${pool.name} had no thread ${index}`)
    return undefined
  }
}

function strikeSimulatedThread(fault: KillThreadFault | BlockThreadFault, rim: Rim): Begin {
  const { world } = rim
  const { pool: node, thread = 0 } = fault
  if (world === undefined || node === undefined) {
    const what = node === undefined ? 'thread pool' : `thread pool '${node}'`
    throw noTarget(what, 'give it as faults({ pools: [pool] }), or name a node of a world')
  }
  return (work) => {
    const isBlocked = fault.type === 'block-thread'
    if (!world.signalThread(node, thread, isBlocked ? 'SIGSTOP' : 'SIGKILL')) {
      work.failed(`node ${node} had no thread ${thread}`)
      return undefined
    }
    work.fire()
    return isBlocked ? () => void world.signalThread(node, thread, 'SIGCONT') : undefined
  }
}

/** The systems in which messages are looked at. @throws TROUPE_FAULT_NO_TARGET */
export function systemsOf(rim: Rim, node: string | undefined): readonly ActorSystem[] {
  const found = node === undefined ? [...rim.systems.values()] : [rim.systems.get(node)]
  const systems = found.filter((system) => system !== undefined)
  if (systems.length > 0) return systems
  const what = node === undefined ? 'actor system' : `actor system '${node}'`
  throw noTarget(what, `give it as faults({ systems: { ${node ?? 'name'}: system } })`)
}

/** The guardians at the top can't be told to end apart from their system. */
function isMortal(cell: Cell): boolean {
  return cell.parent?.parent !== undefined
}

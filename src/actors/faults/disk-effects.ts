import type { DiskAccess, DiskJudge, DiskVerdict } from '../../platform/index.ts'
import type { Begin } from './effect.ts'
import type { DiskFault, DiskOperation, SkewClockFault } from './fault.ts'
import { machineOf } from './process-effects.ts'
import { noTarget } from './targets.ts'
import type { Rim } from './targets.ts'

/** @throws TROUPE_FAULT_NO_TARGET */
export function strikeDisk(fault: DiskFault, rim: Rim): Begin {
  const add = interposerOf(fault.node, rim)
  return (work) =>
    add(
      diskJudge(fault, () => {
        work.fire()
      }),
    )
}

/** Judges the accesses to a disk as the fault says; calls `onHit` for each that it has an effect on. */
export function diskJudge(fault: DiskFault, onHit: () => void): DiskJudge {
  const decide = verdictOf(fault)
  return (access) => {
    if (fault.path !== undefined && !isUnder(access.path, fault.path)) return undefined
    const verdict = decide(access)
    if (verdict !== undefined) onHit()
    return verdict
  }
}

/** @throws TROUPE_FAULT_NO_TARGET */
export function skewClock({ node, offsetMs }: SkewClockFault, rim: Rim): Begin {
  const environment = rim.environments.get(node)
  const { world } = rim
  if (environment !== undefined) {
    return (work) => {
      environment.faults.clockOffsetMs += offsetMs
      work.fire()
      return () => {
        environment.faults.clockOffsetMs -= offsetMs
      }
    }
  }
  if (world === undefined) throw noEnvironment(`clock of '${node}'`, node)
  return (work) => {
    const machine = machineOf(world, node)
    world.skewWall(machine, offsetMs)
    work.fire()
    return () => {
      world.skewWall(machine, 0)
    }
  }
}

/** Decides what becomes of each access to the files that are meant; counts as it goes. */
function verdictOf(fault: DiskFault): (access: DiskAccess) => DiskVerdict | undefined {
  switch (fault.type) {
    case 'fill-disk': {
      let freeBytes = fault.freeBytes ?? 0
      return ({ operation, sizeBytes }) => {
        if (operation !== 'write') return undefined
        const keptBytes = Math.min(sizeBytes, freeBytes)
        freeBytes -= keptBytes
        return keptBytes < sizeBytes ? { failWith: 'ENOSPC', keptBytes } : undefined
      }
    }
    case 'fail-disk': {
      let seen = 0
      return ({ operation }) => {
        if (!isMeant(operation, fault.operation)) return undefined
        seen++
        return fault.nth === undefined || seen === fault.nth ? { failWith: 'EIO' } : undefined
      }
    }
    case 'slow-disk':
      return ({ operation }) =>
        isMeant(operation, fault.operation) ? { delayMs: fault.delayMs } : undefined
    case 'tear-write': {
      let seen = 0
      return ({ operation, sizeBytes }) => {
        if (operation !== 'write' || sizeBytes === 0) return undefined
        seen++
        if (seen !== (fault.nth ?? 1)) return undefined
        return { failWith: 'EIO', keptBytes: Math.floor(sizeBytes * (fault.keepRatio ?? 0.5)) }
      }
    }
  }
}

function interposerOf(node: string, rim: Rim): (judge: DiskJudge) => () => void {
  const environment = rim.environments.get(node)
  if (environment !== undefined) return (judge) => environment.faults.disk.add(judge)
  const { world } = rim
  if (world === undefined) throw noEnvironment(`disk of '${node}'`, node)
  return (judge) => world.interposeDisk(machineOf(world, node), judge)
}

function isMeant(operation: DiskAccess['operation'], meant: DiskOperation = 'any'): boolean {
  return meant === 'any' || meant === operation
}

function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

function noEnvironment(what: string, node: string): Error {
  return noTarget(
    what,
    `run that node on faultyEnvironment() and give it as faults({ environments: { ${node}: environment } }), or give a world`,
  )
}

import type { MemoryWorld } from '../../platform/index.ts'
import type { Begin } from './effect.ts'
import type { FreezeFault, ProcessFault, RestartNodeFault, SlowNodeFault } from './fault.ts'
import { rulesFor } from './link-rules.ts'
import { networksOf } from './link-effects.ts'
import { noTarget } from './targets.ts'
import type { Rim } from './targets.ts'

type Signal = 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'
/** Sends a signal to the node as it is now; false if it has ended. */
type Signaller = (signal: Signal) => boolean

const PERIOD_MS = 100

/** @throws TROUPE_FAULT_NO_TARGET */
export function strikeProcess(fault: ProcessFault, rim: Rim): Begin {
  if (fault.type === 'restart-node') return restart(fault, rim)
  const signal = signallerOf(fault.node, rim)
  switch (fault.type) {
    case 'kill-process':
      return (work) => {
        if (signal('SIGKILL')) work.fire()
        else work.failed(`${fault.node} had ended before`)
        return undefined
      }
    case 'crash-node':
      return (work) => {
        const { world } = rim
        if (world === undefined || !isSimulated(rim, fault.node)) {
          // Silence first: nobody may hear the system close its sockets.
          const silence = { from: fault.node, to: '*' }
          const ends = networksOf(rim).flatMap((network) =>
            rulesFor(silence, undefined).map((rule) => network.rules.add(rule)),
          )
          const speak = (): void => {
            for (const end of ends) end()
          }
          if (signal('SIGKILL')) work.fire()
          else work.failed(`${fault.node} had ended before`)
          rim.atRestart.set(fault.node, speak)
          return speak
        }
        const machine = machineOf(world, fault.node)
        if (isAlive(world, fault.node)) work.fire()
        else work.failed(`${fault.node} had ended before`)
        world.crash(machine, { disk: fault.disk ?? 'lose-all' })
        return undefined
      }
    case 'freeze':
      return freeze(fault, signal)
    case 'slow-node':
      return slow(fault, signal, rim)
  }
}

function freeze(fault: FreezeFault, signal: Signaller): Begin {
  return (work) => {
    if (!signal('SIGSTOP')) {
      work.failed(`${fault.node} had ended before`)
      return undefined
    }
    work.fire()
    return () => void signal('SIGCONT')
  }
}

/** Stopped and continued in turn; while it stands still it is behind by as much as it would be on a busy machine. */
function slow(
  { runRatio, periodMs = PERIOD_MS }: SlowNodeFault,
  signal: Signaller,
  rim: Rim,
): Begin {
  return (work) => {
    let isOver = false
    let isFirst = true
    const stand = (): void => {
      if (isOver || !signal('SIGSTOP')) return
      if (isFirst) work.fire()
      isFirst = false
      rim.clock.setTimer(periodMs * (1 - runRatio), run, { background: true })
    }
    const run = (): void => {
      if (isOver || !signal('SIGCONT')) return
      rim.clock.setTimer(periodMs * runRatio, stand, { background: true })
    }
    stand()
    if (isFirst) work.failed('it had ended before')
    return () => {
      isOver = true
      signal('SIGCONT')
    }
  }
}

function restart({ node }: RestartNodeFault, rim: Rim): Begin {
  const start = rim.restart[node]
  if (start === undefined) {
    throw noTarget(
      `way to start '${node}' again`,
      `give it as faults({ restart: { ${node}: () => … } })`,
    )
  }
  return (work) => {
    rim.atRestart.get(node)?.()
    rim.atRestart.delete(node)
    const started = async (): Promise<void> => {
      const process = await start()
      if (isChildProcess(process)) rim.processes.set(node, process)
      work.fire()
    }
    rim.pending.add(
      started().catch((error: unknown) => {
        work.failed(`it could not be started again: ${String(error)}`)
      }),
    )
    return undefined
  }
}

function signallerOf(node: string, rim: Rim): Signaller {
  const { world } = rim
  if (world !== undefined && isSimulated(rim, node)) {
    return (signal) => {
      if (!isAlive(world, node)) return false
      world.kill(node, signal)
      return true
    }
  }
  if (!rim.processes.has(node)) {
    throw noTarget(`process '${node}'`, `give it as faults({ processes: { ${node}: process } })`)
  }
  return (signal) => {
    const process = rim.processes.get(node)
    const processes = rim.environment?.processes
    if (process === undefined || processes === undefined) return false
    if (typeof process === 'number') return processes.kill(process, signal)
    if (!processes.isAlive(process.pid)) return false
    process.kill(signal)
    return true
  }
}

function isSimulated(rim: Rim, node: string): boolean {
  return rim.world !== undefined && !rim.processes.has(node)
}

function isAlive(world: MemoryWorld, name: string): boolean {
  return world.nodes().some((node) => node.name === name && node.isAlive)
}

/** Of its latest incarnation; a node that never was is a machine of its name. */
export function machineOf(world: MemoryWorld, name: string): string {
  return world.nodes().findLast((node) => node.name === name)?.machine ?? name
}

function isChildProcess(value: unknown): value is Parameters<Rim['processes']['set']>[1] {
  return typeof value === 'object' && value !== null && 'pid' in value && 'kill' in value
}

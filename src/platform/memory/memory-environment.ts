import { PlatformError } from '../errors.ts'
import type { MemoryEnvironmentOptions, MemoryNodeInfo, MemoryWorld } from './memory-world.ts'
import { World } from './world.ts'

/**
 * A world of simulated nodes in this thread: no real timers, no real I/O, one outcome for one seed.
 * Nothing in it happens unless one of the drivers (`settle`, `advance`, `run`, `until`) is awaited.
 */
export function memoryEnvironment(options: MemoryEnvironmentOptions = {}): MemoryWorld {
  const world = new World(options)
  const { pump } = world
  return {
    environment: (name = 'main', start = {}) => world.environment(name, start),
    clock: world.clock,
    network: world.network,
    disk: (machine = 'main') => world.disk(machine).of(world.worldNode, { isDurable: true }),
    objectStores: world.objectStores,
    interposeObjectStores: (judge) => world.objectStores.interpose(judge),
    interposeEventLogs: (judge) => world.servers.eventLogs.interpose(judge),
    interposeTableStores: (judge) => world.servers.tableStores.interpose(judge),
    serveCql: (answers) => world.servers.cassandra.serve(answers),
    interposeDisk: (machine, judge) => world.diskInterposer(machine).add(judge),
    nodes: () => world.nodes(),
    logEntries: world.logEntries,
    output: (name = 'main') => world.output(name),
    settle: () => pump.settle(),
    advance: (ms) => pump.advance(ms),
    run: () => pump.run(),
    until: (promise) => pump.until(promise),
    turns: () => pump.turns,
    inUse: () => world.inUse(),
    fillDisk: (machine, isFull = true) => world.disk(machine).setFull(isFull),
    skewWall: (machine, byMs) => world.skewWall(machine, byMs),
    kill(name, signal = 'SIGKILL') {
      const found = world.living(name)
      if (found === undefined) throw unknownNode(name, world.nodes())
      found.signal(signal)
    },
    signalThread(name, thread, signal) {
      const found = world.living(name)?.node.threads[thread]
      if (found === undefined) return false
      if (signal === 'SIGSTOP') found.stop()
      else if (signal === 'SIGCONT') found.continue()
      else found.end({ code: 1, signal })
      return true
    },
    crash: (machine, crash = {}) => world.crash(machine, crash.disk ?? 'lose-all'),
  }
}

function unknownNode(name: string, nodes: readonly MemoryNodeInfo[]): PlatformError {
  const living = nodes.filter((node) => node.isAlive).map((node) => node.name)
  return new PlatformError(
    'TROUPE_PLATFORM_SIMULATION_NODE',
    `No node ${name} lives in this simulation; these do: ${living.join(', ')}.`,
    { data: { name } },
  )
}

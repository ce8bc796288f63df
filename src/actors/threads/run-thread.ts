import type { Environment } from '../../platform/index.ts'
import { ActorSystem } from '../actor-system.ts'
import { Link, LinkError, hubOf } from '../links/index.ts'
import { isThreadBoot } from './boot.ts'
import type { ThreadApi, ThreadBoot, ThreadStatistics } from './boot.ts'
import { joinLine } from './thread-line.ts'

/**
 * Makes this thread a member of the pool that started it: its own actor system, linked to the system of the
 * parent thread. The whole of a pool's entry module, which may import modules with behaviors besides.
 *
 * @throws TROUPE_THREAD_NOT_IN_POOL
 */
export function runThread(environment: Environment): ActorSystem {
  const { startData, parentPort } = environment.threads
  if (!isThreadBoot(startData) || parentPort === undefined) {
    throw new LinkError(
      'TROUPE_THREAD_NOT_IN_POOL',
      'runThread was called outside a thread of a pool: give this module to threadPool as its entry',
    )
  }
  const boot: ThreadBoot = startData
  const system = ActorSystem.create(boot.system, {
    environment,
    ...(boot.mailboxCapacity === undefined ? {} : { mailboxCapacity: boot.mailboxCapacity }),
  })
  const fail = (error: unknown): void => {
    // Nobody is left to tell: the thread ends, and its parent hears why.
    environment.turns.macrotask(() => {
      throw error
    })
  }
  const booted = loadModules(environment, boot)
  booted.catch(fail)
  const hub = hubOf(system.core)
  hub.node = boot.node
  const link = new Link(
    hub,
    {
      node: boot.parentNode,
      system: boot.parentSystem,
      address: undefined,
      label: boot.parentSystem,
    },
    boot.limits,
    true,
  )
  void booted.then(() => {
    joinLine(link, parentPort, fail)
  }, fail)
  void system.whenTerminated.then(({ failure }) => {
    if (failure !== undefined) fail(failure.error)
  })
  const api: ThreadApi = {
    boot: () => booted,
    statistics: () => statisticsOf(system),
    block: (forMs) => {
      environment.turns.macrotask(() => {
        environment.threads.block(forMs)
      })
    },
    async shutdown() {
      await system.terminate()
    },
  }
  environment.threads.expose(api)
  return system
}

async function loadModules(environment: Environment, boot: ThreadBoot): Promise<void> {
  for (const module of boot.modules) await environment.modules.load(module)
}

function statisticsOf(system: ActorSystem): ThreadStatistics {
  const { handled, failed, inFlight } = system.ledger()
  return {
    system: system.name,
    actors: system.tree().length,
    handled,
    failed,
    inFlight,
    heapUsedBytes: system.environment.heap.usedBytes(),
  }
}

import type { Environment } from '../environment.ts'
import { nodeClock, nodeTurns } from './clock.ts'
import { nodeCrypto } from './crypto.ts'
import { nodeDisk } from './disk.ts'
import { nodeHeap } from './heap.ts'
import { nodeLog } from './log.ts'
import type { NodeLogOptions } from './log.ts'
import { nodeModules } from './modules.ts'
import { nodeNetwork } from './network.ts'
import { nodeProcesses } from './processes.ts'
import { nodeRandom } from './random.ts'
import { nodeThreads } from './threads.ts'

export interface NodeEnvironmentOptions {
  readonly log?: NodeLogOptions
}

/** The real environment of this thread. */
export function nodeEnvironment(options: NodeEnvironmentOptions = {}): Environment {
  return {
    clock: nodeClock,
    turns: nodeTurns,
    random: nodeRandom(),
    crypto: nodeCrypto,
    network: nodeNetwork,
    disk: nodeDisk,
    processes: nodeProcesses,
    threads: nodeThreads(),
    modules: nodeModules,
    heap: nodeHeap,
    log: nodeLog(options.log),
  }
}

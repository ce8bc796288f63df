import type { Environment } from '../environment.ts'
import { DiskInterposer } from '../disk-interposer.ts'
import { shellStatusOf, startedLine } from '../exit-file.ts'
import type { ProcessCommand } from '../process.ts'
import type { Threads } from '../thread.ts'
import { nodeCrypto } from '../node/crypto.ts'
import { NO_COLLECTIONS } from '../usage.ts'
import { nodeModules } from '../node/modules.ts'
import { MemoryDisk } from './disk.ts'
import type { DiskFate } from './disk.ts'
import { MemoryObjectStores } from './object-stores.ts'
import { MemoryServers } from './servers.ts'
import { diskStores } from './stores.ts'
import type {
  MemoryEnvironmentOptions,
  MemoryLogEntry,
  MemoryNodeInfo,
  MemoryNodeStart,
  MemoryNodeUse,
} from './memory-world.ts'
import { memoryHttp } from './http.ts'
import { MemoryNetwork, drawDelay } from './network.ts'
import { MemoryNode } from './memory-node.ts'
import type { Owner } from './owner.ts'
import { MemoryProcess } from './processes.ts'
import type { MemoryProgram, ProcessTable } from './processes.ts'
import { Pump } from './pump.ts'
import { everReachable } from './reachability.ts'
import { seededRandom } from './random.ts'
import { mainThreads } from './threads.ts'
import type { ThreadTable } from './threads.ts'
import { VirtualClock } from './virtual-clock.ts'

const START_WALL_MS = Date.UTC(2024, 0, 1)
const DAY_MS = 86_400_000
const GIBIBYTE = 1024 ** 3
const FIRST_PID = 1000

/**
 * The state behind {@link memoryEnvironment}: makes nodes and wires their ports to what they share.
 */
export class World {
  readonly clock: VirtualClock
  readonly pump: Pump
  readonly network: MemoryNetwork
  readonly logEntries: MemoryLogEntry[] = []
  /** Owns what the test does itself, such as filling a disk. */
  readonly worldNode: MemoryNode
  readonly #options: MemoryEnvironmentOptions
  readonly #seed: string
  readonly #disks: Map<string, MemoryDisk> = new Map()
  readonly objectStores: MemoryObjectStores = new MemoryObjectStores()
  readonly servers: MemoryServers
  readonly #diskInterposers: Map<string, DiskInterposer> = new Map()
  /** Name → its latest incarnation. */
  readonly #processes: Map<string, { readonly process: MemoryProcess; environment: Environment }> =
    new Map()
  readonly #all: MemoryProcess[] = []
  readonly #output: Map<string, { stdout: string; stderr: string }> = new Map()
  /** Nodes of started programs and threads whose main function has returned. */
  readonly #returned: Set<MemoryNode> = new Set()
  readonly #started: Set<MemoryNode> = new Set()
  readonly #uncaught: Map<MemoryNode, unknown> = new Map()
  readonly #counts: Map<string, number> = new Map()
  /** Machine → how far its Unix time is off. */
  readonly #skews: Map<string, number> = new Map()
  #nextPid = FIRST_PID

  constructor(options: MemoryEnvironmentOptions) {
    this.#options = options
    this.#seed = String(options.seed ?? 1)
    const rim: Owner = {
      isAlive: true,
      isStopped: false,
      isBehind: false,
      hold: () => undefined,
      failed: (error) => this.pump.fail(error),
    }
    this.clock = new VirtualClock(options.startWallMs ?? START_WALL_MS, rim)
    const { simulation } = options
    this.pump = new Pump(
      this.clock,
      {
        turnsPerInstant: options.turnsPerInstant ?? 1_000_000,
        runMs: options.runLimitMs ?? DAY_MS,
      },
      simulation && ((count) => simulation.choose(count)),
      simulation?.beforeTurn && (() => simulation.beforeTurn?.()),
    )
    this.network = new MemoryNetwork(
      this.clock,
      seededRandom(`${this.#seed}/network`),
      simulation && ((from, to, bytes) => simulation.sent(from, to, bytes)),
    )
    this.network.setDelay(options.delay ?? 0)
    this.network.setSegments(options.segments ?? 'as-written')
    this.worldNode = this.#node('world', 'world', 0)
    this.servers = new MemoryServers(
      this.disk('servers').of(this.worldNode, { isDurable: true }),
      this.clock,
    )
    this.pump.onIdle(() => this.#endIdle())
  }

  environment(name: string, start: MemoryNodeStart): Environment {
    const known = this.#processes.get(name)
    if (known?.process.node.isAlive === true) return known.environment
    const machine = start.machine ?? known?.process.node.machine ?? name
    return this.#boot(name, machine, start.args ?? [], start.environment ?? {}).environment
  }

  living(name: string): MemoryProcess | undefined {
    const process = this.#processes.get(name)?.process
    return process?.node.isAlive === true ? process : undefined
  }

  nodes(): readonly MemoryNodeInfo[] {
    return this.#all.map(({ node: { name, machine, pid, isAlive } }) => ({
      name,
      machine,
      pid,
      isAlive,
    }))
  }

  inUse(): readonly MemoryNodeUse[] {
    return this.#all
      .filter(({ node }) => node.isAlive)
      .map(({ node }) => {
        const parts = [node, ...node.threads]
        const sum = (of: (part: MemoryNode) => number): number =>
          parts.reduce((total, part) => total + of(part), 0)
        return {
          name: node.name,
          timers: sum((part) => this.clock.pendingOf(part)),
          connections: sum((part) => this.network.openOf(part).connections),
          listeners: sum((part) => this.network.openOf(part).listeners),
          files: sum((part) => part.files),
          threads: parts.length - 1,
        }
      })
  }

  output(name: string): { stdout: string; stderr: string } {
    const known = this.#output.get(name)
    if (known !== undefined) return known
    const fresh = { stdout: '', stderr: '' }
    this.#output.set(name, fresh)
    return fresh
  }

  disk(machine: string): MemoryDisk {
    const known = this.#disks.get(machine)
    if (known !== undefined) return known
    const random = seededRandom(`${this.#seed}/disk/${machine}`)
    const fresh = new MemoryDisk(
      () => drawDelay(this.#options.syncDelay ?? 0, random),
      () => this.clock.wallNow() + (this.#skews.get(machine) ?? 0),
    )
    this.#disks.set(machine, fresh)
    return fresh
  }

  skewWall(machine: string, byMs: number): void {
    this.#skews.set(machine, byMs)
  }

  /** What stands between the nodes of a machine and its disk. */
  diskInterposer(machine: string): DiskInterposer {
    const known = this.#diskInterposers.get(machine)
    if (known !== undefined) return known
    const fresh = new DiskInterposer()
    this.#diskInterposers.set(machine, fresh)
    return fresh
  }

  crash(machine: string, fate: DiskFate): void {
    this.network.vanish(machine)
    for (const { node } of this.#all) {
      if (node.machine === machine) node.end({ code: undefined, signal: 'SIGKILL' })
    }
    this.disk(machine).crash(
      fate,
      seededRandom(`${this.#seed}/crash/${machine}/${this.clock.now()}`),
    )
  }

  #boot(
    name: string,
    machine: string,
    args: readonly string[],
    variables: Readonly<Record<string, string | undefined>>,
    sinks: Pick<ProcessCommand, 'stdout' | 'stderr'> = { stdout: 'inherit', stderr: 'inherit' },
  ): { process: MemoryProcess; environment: Environment } {
    this.network.resetHalfOpen(machine)
    const node = this.#node(name, machine, this.#nextPid++)
    const process = new MemoryProcess({
      node,
      args,
      environment: variables,
      stdout: this.#sink(node, 'stdout', sinks.stdout),
      stderr: this.#sink(node, 'stderr', sinks.stderr),
    })
    const environment = this.#ports(process, node, mainThreads(node, this.#threadTable(process)))
    const booted = { process, environment }
    this.#processes.set(name, booted)
    this.#all.push(process)
    return booted
  }

  #node(name: string, machine: string, pid: number): MemoryNode {
    const onUncaught = (node: MemoryNode, error: unknown): void => this.#onUncaught(node, error)
    const made = new MemoryNode({ name, machine, pid, onUncaught }, this.clock, this.pump)
    const { simulation } = this.#options
    if (simulation !== undefined && pid > 0) {
      simulation.nodeStarted(name)
      made.atEnd((exit) => simulation.nodeEnded(name, exit))
    }
    return made
  }

  #ports(process: MemoryProcess, node: MemoryNode, threads: Threads): Environment {
    const limitBytes = this.#options.heapLimitBytes ?? 4 * GIBIBYTE
    const { simulation } = this.#options
    const network = this.network.of(node)
    const disk = this.diskInterposer(node.machine).over(this.disk(node.machine).of(node), {
      setTimer: (delayMs, fn) => node.setTimer(delayMs, fn),
    })
    const wallNow = (): number => this.clock.wallNow() + (this.#skews.get(node.machine) ?? 0)
    return {
      ...(simulation && {
        simulation: {
          choose: (count) => simulation.choose(count),
          made: (part) => simulation.made(part, node.name, () => node.isAlive),
        },
      }),
      clock: {
        now: () => this.clock.now(),
        wallNow,
        setTimer: (delayMs, fn, options) => node.setTimer(delayMs, fn, options),
      },
      turns: {
        microtask: (fn) => node.microtask(fn),
        macrotask: (fn) => node.macrotask(fn),
      },
      random: seededRandom(`${this.#seed}/${node.name}/${this.#count(`random of ${node.name}`)}`),
      crypto: nodeCrypto,
      network,
      http: memoryHttp(network, {
        setTimer: (delayMs, fn, options) => node.setTimer(delayMs, fn, options),
      }),
      disk,
      objectStores: this.objectStores,
      stores: diskStores(disk),
      ...this.servers.portsOf(node, disk, wallNow),
      processes: process.port(node, this.#processTable()),
      threads,
      modules: {
        load: (url) => {
          const known = this.#options.modules?.[url]
          if (known !== undefined) return Promise.resolve(known)
          return this.pump.outside(nodeModules.load(url))
        },
      },
      reachability: everReachable,
      usage: { cpuNs: () => 0, collectionMs: () => 0, collections: () => NO_COLLECTIONS },
      heap: {
        usedBytes: () => 64 * 1024 * 1024,
        externalBytes: () => 8 * 1024 * 1024,
        bufferBytes: () => 4 * 1024 * 1024,
        limitBytes: () => limitBytes,
        residentBytes: () => 128 * 1024 * 1024,
      },
      log: {
        write: (level, message, fields = {}) => {
          const timeMs = this.clock.now()
          this.logEntries.push({ node: node.name, timeMs, level, message, fields })
        },
      },
    }
  }

  #processTable(): ProcessTable {
    return {
      find: (pid) => this.#all.find(({ node }) => node.pid === pid && node.isAlive),
      program: ({ command }) => byName(this.#options.programs, command),
      filter: ({ command }) => byName(this.#options.filters, command),
      start: (parent, command, program) => this.#startProgram(parent, command, program),
    }
  }

  #startProgram(
    parent: MemoryProcess,
    command: ProcessCommand,
    program: MemoryProgram,
  ): MemoryProcess {
    const base = fileName(command.command)
    const name = `${base}-${this.#count(`program ${base}`)}`
    const variables = { ...parent.environment, ...command.environment }
    const { machine } = parent.node
    const { process, environment } = this.#boot(name, machine, command.args, variables, command)
    const { exitFile } = command
    if (exitFile !== undefined) {
      const { pid } = process.node
      this.disk(machine).appendText(exitFile, startedLine(pid, String(pid)))
      process.node.atEnd((exit) =>
        this.disk(machine).appendText(exitFile, String(shellStatusOf(exit))),
      )
    }
    if (command.tethered === true) {
      parent.node.atEnd(() => {
        process.signal('SIGKILL')
      })
    }
    this.#runMain(process.node, () => program(environment, command.args))
    return process
  }

  #threadTable(process: MemoryProcess): ThreadTable {
    return {
      nextId: () => this.#count('threads'),
      entry: ({ entry }) => byName(this.#options.threads, entry.href),
      spawnNode: (parent) => {
        const node = this.#node(parent.name, parent.machine, parent.pid)
        parent.adopt(node)
        return node
      },
      run: (node, threads, entry) =>
        this.#runMain(node, () => entry(this.#ports(process, node, threads))),
      block: (node, forMs) => {
        node.stop()
        this.clock.setTimer(forMs, () => node.continue())
      },
      uncaught: (node) => this.#uncaught.get(node),
    }
  }

  /** Runs the main function of a program or a thread in a turn of its own. */
  #runMain(node: MemoryNode, main: () => void | Promise<void>): void {
    this.#started.add(node)
    node.macrotask(() => {
      Promise.resolve(main()).then(
        () => this.#returned.add(node),
        (error: unknown) => this.#onUncaught(node, error),
      )
    })
  }

  /** An uncaught error ends a started program or thread; elsewhere it is the test's to see. */
  #onUncaught(node: MemoryNode, error: unknown): void {
    if (!node.isAlive) return
    if (!this.#started.has(node)) return this.pump.fail(error)
    this.#uncaught.set(node, error)
    this.logEntries.push({
      node: node.name,
      timeMs: this.clock.now(),
      level: 'error',
      message: 'uncaught error',
      fields: { error },
    })
    node.end({ code: 1, signal: undefined })
  }

  /** Programs and threads that have nothing left to wait for end by themselves. */
  #endIdle(): void {
    for (const node of this.#returned) {
      if (node.isAlive && node.isBusy) continue
      this.#returned.delete(node)
      node.end({ code: 0, signal: undefined })
    }
  }

  #sink(node: MemoryNode, stream: 'stdout' | 'stderr', target?: string): (text: string) => void {
    if (target === undefined) return () => undefined
    if (target === 'inherit') return (text) => void (this.output(node.name)[stream] += text)
    return (text) => this.disk(node.machine).appendText(target, text)
  }

  #count(what: string): number {
    const count = (this.#counts.get(what) ?? 0) + 1
    this.#counts.set(what, count)
    return count
  }
}

/** The entry under `key` itself, or under the name of the file it ends in. */
function byName<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table?.[key] ?? table?.[fileName(key)]
}

/** `file:///a/b/executor.js` → `executor`. */
function fileName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.indexOf('.')
  return dot > 0 ? name.slice(0, dot) : name
}

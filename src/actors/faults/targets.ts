import { nodeEnvironment, seededRandom } from '../../platform/index.ts'
import type { ChildProcess, Clock, Environment, MemoryWorld, Random } from '../../platform/index.ts'
import { ActorSystem } from '../actor-system.ts'
import type { ThreadPool } from '../threads/index.ts'
import { FaultError, faultInvalid } from './errors.ts'
import type { FaultyEnvironment } from './faulty-environment.ts'
import type { FaultProxy } from './fault-proxy.ts'

/**
 * What faults are injected into. Names of nodes are those that the faults use. All of it belongs to whoever gives
 * it; nothing is looked for elsewhere, and no process is signalled that was not given.
 */
export interface FaultTargets {
  /** One system under its own name; so a test system is a target as it stands: `faults(testSystem())`. */
  readonly system?: ActorSystem
  /** Systems of this process, real or in a world; under their own names, or under those given here. */
  readonly systems?: readonly ActorSystem[] | Readonly<Record<string, ActorSystem>>
  /** A world in memory: its network, disks, clocks and processes, by the names of its nodes. */
  readonly world?: MemoryWorld
  readonly pools?: readonly ThreadPool[]
  /** Processes that the test has started, or their pids. */
  readonly processes?: Readonly<Record<string, ChildProcess | number>>
  /** How `restart-node` starts a node; a process that it resolves to takes the place of the old one. */
  readonly restart?: Readonly<Record<string, () => unknown>>
  readonly links?: readonly FaultProxy[]
  /** Environments of programs in this process. Those of `systems` are known without it. */
  readonly environments?: Readonly<Record<string, FaultyEnvironment>>
  /** Where time, signals and the log come from; by default the first system's, or the real one. */
  readonly environment?: Environment
  /** All chance of the faults is drawn from it; told in the report. By default 1 in a world, else by chance. */
  readonly seed?: string | number
}

/** The targets, ready for use. */
export interface Rim {
  readonly systems: ReadonlyMap<string, ActorSystem>
  readonly pools: readonly ThreadPool[]
  readonly world: MemoryWorld | undefined
  readonly processes: Map<string, ChildProcess | number>
  readonly restart: Readonly<Record<string, () => unknown>>
  readonly links: readonly FaultProxy[]
  readonly environments: ReadonlyMap<string, FaultyEnvironment>
  readonly environment: Environment | undefined
  readonly clock: Clock
  readonly seed: string
  readonly random: Random
  /** What a node that has crashed gets back when it is started again: its links. */
  readonly atRestart: Map<string, () => void>
  /** What is under way, and awaited at the end. */
  readonly pending: Set<Promise<void>>
}

const KNOWN: ReadonlySet<string> = new Set<keyof FaultTargets>([
  'system',
  'systems',
  'world',
  'pools',
  'processes',
  'restart',
  'links',
  'environments',
  'environment',
  'seed',
])

/** A misspelt kind of target would leave its faults without one, and the seed without effect. */
function checkTargets(targets: unknown): void {
  const takes = `an ActorSystem, or an object with some of ${[...KNOWN].join(', ')}`
  if (typeof targets !== 'object' || targets === null) throw faultInvalid('target', targets, takes)
  // A test system, and whatever else has a system and a world, has fields of its own as well.
  if (Object.getPrototypeOf(targets) !== Object.prototype) return
  for (const field of Object.keys(targets)) {
    if (!KNOWN.has(field)) throw faultInvalid(`target.${field}`, 'there', takes)
  }
}

/** @throws TROUPE_FAULT_NO_TARGET when a process can't be meant seriously; TROUPE_FAULT_INVALID for no targets at all */
export function rimOf(target: ActorSystem | FaultTargets): Rim {
  checkTargets(target)
  const targets: FaultTargets = target instanceof ActorSystem ? { system: target } : target
  const systems = new Map<string, ActorSystem>(
    Array.isArray(targets.systems)
      ? (targets.systems as readonly ActorSystem[]).map((system) => [system.name, system])
      : Object.entries((targets.systems ?? {}) as Readonly<Record<string, ActorSystem>>),
  )
  const { system, world } = targets
  if (system !== undefined) systems.set(system.name, system)
  const [first] = systems.values()
  const given = targets.environment ?? (world === undefined ? first?.environment : undefined)
  const environment = given ?? (world === undefined ? nodeEnvironment() : undefined)
  const environments = new Map(Object.entries(targets.environments ?? {}))
  for (const [name, { environment: own }] of systems) {
    if (isFaulty(own) && !environments.has(name)) environments.set(name, own)
  }
  for (const [name, { faults }] of environments) {
    faults.network.name = name
    // Nodes find each other's names by where they listen.
    faults.network.nameNodes((address) => {
      for (const [other, one] of environments) {
        if (one.faults.network.listensAt(address)) return other
      }
      return undefined
    })
  }
  const seed = String(targets.seed ?? (environment === undefined ? 1 : environment.random.id()))
  const processes = new Map(Object.entries(targets.processes ?? {}))
  for (const [name, process] of processes) checkProcess(name, process, environment)
  return {
    systems,
    pools: targets.pools ?? [],
    world,
    processes,
    restart: targets.restart ?? {},
    links: targets.links ?? [],
    environments,
    environment,
    clock: world?.clock ?? (environment ?? nodeEnvironment()).clock,
    seed,
    random: seededRandom(`faults/${seed}`),
    atRestart: new Map(),
    pending: new Set(),
  }
}

/** @param what such as `process 'agent-1'`; @param how the way to give it */
export function noTarget(what: string, how: string): FaultError {
  return new FaultError(
    'TROUPE_FAULT_NO_TARGET',
    `there is no ${what} to inject a fault into: ${how}`,
    { data: { what } },
  )
}

function isFaulty(environment: Environment): environment is FaultyEnvironment {
  return 'faults' in environment
}

function checkProcess(
  name: string,
  process: ChildProcess | number,
  environment: Environment | undefined,
): void {
  const pid = typeof process === 'number' ? process : process.pid
  if (Number.isSafeInteger(pid) && pid > 1 && pid !== environment?.processes.pid) return
  throw noTarget(
    `process ${name} with pid ${String(pid)}`,
    'give a process that the test has started itself, never the one it runs in',
  )
}

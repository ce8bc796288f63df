import type {
  Environment,
  MemoryEnvironmentOptions,
  MemoryNodeStart,
  MemoryWorld,
  Random,
} from '../../platform/index.ts'
import type { AnyRef } from '../actor-ref.ts'
import type { FaultBounds } from './fault-bounds.ts'

/** The world that a scenario needs; its chance is the seed's. `delay` is {@link Delay 0.1 to 3 ms} by default. */
export type ScenarioWorld = Pick<
  MemoryEnvironmentOptions,
  'programs' | 'threads' | 'modules' | 'heapLimitBytes' | 'startWallMs' | 'delay'
>

/**
 * Something that must hold whatever goes wrong: systems, a workload on them, the faults that they must stand, and
 * what must be true. The result of the workload is compared with that of an undisturbed twin: the same scenario
 * under the same seed, without faults, and with its turns in order.
 */
export interface Scenario<R = unknown> {
  /** As in `troupe simulate <name>`. */
  readonly name: string
  /** One line for people. */
  readonly description: string
  readonly world?: ScenarioWorld
  readonly faults: FaultBounds
  /** Virtual time in which everything comes to rest once the work is done and all faults are healed; 2,000 by default. */
  readonly restMs?: number
  /** Virtual time that the workload may take, and its start and its end as well, ms. */
  readonly limitMs: number
  /** `once`: the workload does not draw from `stage.random`, so that one twin stands for all seeds. */
  readonly twin?: 'each-seed' | 'once'
  /** Builds the systems in the world of the stage. */
  start(stage: Stage): Play<R> | Promise<Play<R>>
  /**
   * Whether a result is that of the twin; by default deep equality in which arrays are multisets and
   * numbers may differ by 1e-9 of their size.
   */
  equal?(result: R, expected: R): boolean
}

/** What a scenario has built. */
export interface Play<R = unknown> {
  /** Does the work; faults begin with it. A rejection is a violation. */
  run(): Promise<R>
  /** Stops everything that `start` has started and that still lives. Whatever is left then is a leak. */
  stop(): Promise<void>
}

/** How a node is kept up. */
export interface NodeKeeping {
  /** It is started again so long after it has ended, ms, whatever the reason; never by default. */
  readonly restartMs?: number
}

/** Says what is wrong; undefined if nothing is. */
export type Check = () => string | undefined

/** What a scenario builds on, and where it says what must be true. */
export interface Stage {
  readonly world: MemoryWorld
  readonly seed: number
  /** Chance for the workload; the same in the twin. */
  readonly random: Random
  /** This is the undisturbed run. */
  readonly isTwin: boolean
  /** The environment of a node that stays away once it has ended. */
  environment(name: string, start?: MemoryNodeStart): Environment
  /**
   * A node that can come back: `boot` runs now, in its environment, and again when a fault starts it anew. What
   * it returns ends with the node.
   */
  node(
    name: string,
    boot: (environment: Environment) => void | Promise<void>,
    start?: MemoryNodeStart & NodeKeeping,
  ): Promise<void>
  /** The node lives. */
  isAlive(name: string): boolean
  /** Resolves after so much virtual time, whatever becomes of the nodes. */
  pause(ms: number): Promise<void>
  /** Resolves once it holds; looked at every 10 ms. */
  when(isSo: () => boolean): Promise<void>
  /**
   * An invariant that is checked before every turn of any node, or every so many ms of virtual time where that costs
   * too much, and at the end. Not in the twin.
   */
  always(invariant: string, check: Check, often?: { readonly everyMs: number }): void
  /** An invariant that is checked once the workload is done, all faults are healed and things have come to rest. */
  atRest(invariant: string, check: Check): void
  /**
   * Shows every message that is put into a mailbox or handed to a link; not in the twin. Look, and touch nothing.
   */
  onMessage(look: (message: unknown, recipient: AnyRef, node: string) => void): void
  /** The present state of an actor on a living node, by its path (`/user/master`); undefined if it is not there. */
  stateOf(node: string, path: string): unknown
  /** Something that must never happen has happened. */
  violated(invariant: string, what: string): void
  /** A line in the trace. */
  note(text: string): void
}

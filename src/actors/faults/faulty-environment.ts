import { DiskInterposer, nodeEnvironment, seededRandom } from '../../platform/index.ts'
import type { Environment } from '../../platform/index.ts'
import { ShapedNetwork } from './shaped-network.ts'

/** The parts of a {@link FaultyEnvironment} that faults take hold of. */
export interface FaultControls {
  readonly network: ShapedNetwork
  readonly disk: DiskInterposer
  /** How far the wall clock is off, ms. */
  clockOffsetMs: number
}

/** An environment whose network, disk and clock can be made to fail. */
export interface FaultyEnvironment extends Environment {
  /** For {@link faults}; of no use to programs. */
  readonly faults: FaultControls
}

/**
 * An environment for programs under test: as `environment` (the real one by default), until a fault is injected. Give
 * it to a system, `ActorSystem.create(name, { environment })`, and `faults(system)` reaches its links, disk and clock.
 */
export function faultyEnvironment(environment: Environment = nodeEnvironment()): FaultyEnvironment {
  const { clock } = environment
  const random = seededRandom(environment.random.id())
  const network = new ShapedNetwork('this node', environment.network, clock, random)
  const disk = new DiskInterposer()
  const controls: FaultControls = { network, disk, clockOffsetMs: 0 }
  return {
    ...environment,
    network: network.network,
    disk: disk.over(environment.disk, clock),
    clock: {
      now: () => clock.now(),
      wallNow: () => clock.wallNow() + controls.clockOffsetMs,
      setTimer: (delayMs, fn, options) => clock.setTimer(delayMs, fn, options),
    },
    faults: controls,
  }
}

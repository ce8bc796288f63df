import type { OverflowPolicy, SpawnOptions } from './spawn-options.ts'
import type { ChildRestart, SupervisorStrategy } from './supervisor.ts'
import { SystemError } from './errors.ts'

/** Spawn options with their defaults filled in; shared by all actors spawned without options. */
export interface ResolvedOptions {
  readonly supervision: SupervisorStrategy
  /** `spawn` named the strategy: that of the behavior gives way. */
  readonly isSupervisionGiven: boolean
  readonly restart: ChildRestart
  readonly significant: boolean
  readonly shutdownMs: number
  readonly capacity: number
  readonly capacityBytes: number | undefined
  readonly sizeOf: ((message: never) => number) | undefined
  readonly overflow: OverflowPolicy
  readonly stashCapacity: number
  readonly lane: 'messages' | 'bulk'
  readonly label: string | undefined
  /** Which messages from links it takes; all if undefined. */
  readonly accepts: ((message: unknown) => boolean) | undefined
  /** Each message takes the slow door: it is measured or intercepted. */
  readonly slowDoor: boolean
}

export const DEFAULT_CAPACITY = 65_536
const MAX_CAPACITY = 2 ** 26

/** The defaults of a system. */
export function defaultOptions(
  supervision: SupervisorStrategy,
  capacity: number,
  intercepted: boolean,
): ResolvedOptions {
  checkWhole('capacity', capacity, 1, MAX_CAPACITY)
  return {
    supervision,
    isSupervisionGiven: false,
    restart: 'transient',
    significant: false,
    shutdownMs: 5_000,
    capacity,
    capacityBytes: undefined,
    sizeOf: undefined,
    overflow: 'reject',
    stashCapacity: 1_024,
    lane: 'messages',
    label: undefined,
    accepts: undefined,
    slowDoor: intercepted,
  }
}

/** @throws TROUPE_SPAWN_OPTION_INVALID */
export function resolveOptions<M>(
  defaults: ResolvedOptions,
  options: SpawnOptions<M> | undefined,
): ResolvedOptions {
  if (options === undefined) return defaults
  const mailbox = options.mailbox
  const capacity = mailbox?.capacity ?? defaults.capacity
  checkWhole('mailbox.capacity', capacity, 1, MAX_CAPACITY)
  if (mailbox?.capacityBytes !== undefined) {
    checkWhole('mailbox.capacityBytes', mailbox.capacityBytes, 1, Number.MAX_SAFE_INTEGER)
  }
  if (options.shutdownMs !== undefined) checkWhole('shutdownMs', options.shutdownMs, 0, 2 ** 31 - 1)
  if (options.stashCapacity !== undefined) {
    checkWhole('stashCapacity', options.stashCapacity, 1, MAX_CAPACITY)
  }
  return {
    supervision: options.supervision ?? defaults.supervision,
    isSupervisionGiven: options.supervision !== undefined,
    restart: options.restart ?? defaults.restart,
    significant: options.significant ?? false,
    shutdownMs: options.shutdownMs ?? defaults.shutdownMs,
    capacity,
    capacityBytes: mailbox?.capacityBytes,
    sizeOf: mailbox?.sizeOf,
    overflow: mailbox?.overflow ?? 'reject',
    stashCapacity: options.stashCapacity ?? defaults.stashCapacity,
    lane: options.lane ?? 'messages',
    label: options.label,
    accepts: undefined,
    slowDoor:
      defaults.slowDoor || mailbox?.sizeOf !== undefined || mailbox?.capacityBytes !== undefined,
  }
}

function checkWhole(option: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return
  throw new SystemError(
    'TROUPE_SPAWN_OPTION_INVALID',
    `${option} is ${String(value)}: it takes a whole number from ${String(min)} to ${String(max)}`,
    { data: { option, value, min, max } },
  )
}

import { resolveLimits } from '../links/index.ts'
import type { LinkLimits } from '../links/index.ts'
import { SystemError } from '../errors.ts'
import type { SupervisorStrategy } from '../supervisor.ts'
import { refillStrategy } from './refill-strategy.ts'

export interface ThreadPoolOptions {
  /** How many threads; one for each core but one, at least one, by default. */
  readonly size?: number
  /** `threads` by default; two pools of a system need two names. */
  readonly name?: string
  /** The module that a thread runs: compiled, and calling `runThread`. Our own by default. */
  readonly entry?: URL
  /** Modules (`import.meta.url` of those that register behaviors) to load before the first child. */
  readonly modules?: readonly string[]
  /**
   * When a thread counts as lost besides its exit. `event-loop` (the default): when its event loop has not turned
   * for `blockedLimitMs`, as services should. `exit`: never; for threads that run user code and may be busy.
   */
  readonly judgedBy?: 'event-loop' | 'exit'
  /** 10,000 by default. */
  readonly blockedLimitMs?: number
  /** How lost threads are replaced; at once, then with backoff, 10 in a minute, by default. */
  readonly strategy?: SupervisorStrategy
  /** Which thread gets the next child: the one with the fewest children (the default), or the next in turn. */
  readonly pick?: 'least-loaded' | 'round-robin'
  readonly maxHeapBytes?: number
  /** Mailboxes in the threads; the default of a system otherwise. */
  readonly mailboxCapacity?: number
  readonly limits?: Partial<LinkLimits>
  /** `ring` (the default): shared memory, faster for messages that go one at a time; or `port`. */
  readonly line?: 'port' | 'ring'
  /** With `ring`, how long each side looks for more before it sleeps, in ms; 0 by default. */
  readonly spinMs?: number
}

export interface ResolvedPoolOptions {
  readonly size: number
  readonly name: string
  readonly entry: URL
  readonly modules: readonly string[]
  readonly blockedLimitMs: number | undefined
  readonly strategy: SupervisorStrategy
  readonly pick: 'least-loaded' | 'round-robin'
  readonly maxHeapBytes: number | undefined
  readonly mailboxCapacity: number | undefined
  readonly limits: LinkLimits
  readonly line: 'port' | 'ring'
  readonly spinMs: number | undefined
}

const MAX_SIZE = 1_024
const BLOCKED_LIMIT_MS = 10_000

/** @throws TROUPE_THREAD_POOL_OPTION */
export function resolvePoolOptions(
  options: ThreadPoolOptions,
  parallelism: number,
): ResolvedPoolOptions {
  const size = options.size ?? Math.max(1, parallelism - 1)
  const blockedLimitMs = options.blockedLimitMs ?? BLOCKED_LIMIT_MS
  checkWhole('size', size, 1, MAX_SIZE)
  checkWhole('blockedLimitMs', blockedLimitMs, 1, 2 ** 31 - 1)
  return {
    size,
    name: options.name ?? 'threads',
    entry: options.entry ?? new URL('./entry.js', import.meta.url),
    modules: options.modules ?? [],
    blockedLimitMs: options.judgedBy === 'exit' ? undefined : blockedLimitMs,
    strategy: options.strategy ?? refillStrategy,
    pick: options.pick ?? 'least-loaded',
    maxHeapBytes: options.maxHeapBytes,
    mailboxCapacity: options.mailboxCapacity,
    limits: resolveLimits(options.limits, checkWhole),
    line: options.line ?? 'ring',
    spinMs: options.spinMs,
  }
}

function checkWhole(option: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return
  throw new SystemError(
    'TROUPE_THREAD_POOL_OPTION',
    `${option} is ${String(value)}: it takes a whole number from ${String(min)} to ${String(max)}`,
    { data: { option, value, min, max } },
  )
}

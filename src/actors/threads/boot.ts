import type { LinkLimits } from '../links/index.ts'

/** What a thread is started with. */
export interface ThreadBoot {
  readonly troupePool: 1
  /** Name of the thread's own system. */
  readonly system: string
  readonly node: string
  readonly parentSystem: string
  readonly parentNode: string
  readonly limits: LinkLimits
  readonly mailboxCapacity: number | undefined
  /** Modules to load before the first child is started: they register behaviors. */
  readonly modules: readonly string[]
}

export function isThreadBoot(value: unknown): value is ThreadBoot {
  return typeof value === 'object' && value !== null && 'troupePool' in value
}

/** How a thread is doing; asked over the control line. */
export interface ThreadStatistics {
  readonly system: string
  readonly actors: number
  readonly handled: number
  readonly failed: number
  readonly inFlight: number
  readonly heapUsedBytes: number
}

/** What a thread answers on its control line. */
export interface ThreadApi {
  /** Resolves when the thread has loaded its modules and can start children. */
  boot(): Promise<void>
  statistics(): ThreadStatistics
  /** For fault injection: answers, then holds the thread's event loop still for so long. */
  block(forMs: number): void
  /** Stops all actors of the thread in good order. */
  shutdown(): Promise<void>
}

import type { Clock } from '../../../platform/index.ts'
import type { SparkEvent } from '../../events/index.ts'
import {
  emptyHealth,
  healthTransition,
  nextEndMs,
  whyExcluded,
  type HealthEffect,
  type HealthEvent,
  type HealthSettings,
  type HealthState,
} from './health.ts'

/** No timer of an actor takes more. */
const LONGEST_MS = 2 ** 31 - 1

/** What the registry does for its exclusions. */
interface Rim {
  /** Executor → host. */
  readonly alive: () => ReadonlyMap<string, string>
  /** These executors get nothing from now on, and why. */
  readonly changed: (excluded: ReadonlyMap<string, string>) => void
  readonly kill: (executorId: string, reason: string) => void
  readonly wakeIn: (delayMs: number) => void
}

/** Carries out what is decided about the health of executors. */
export class Exclusions {
  readonly #state: HealthState
  readonly #clock: Clock
  readonly #publish: (event: SparkEvent) => void
  readonly #rim: Rim

  constructor(
    settings: HealthSettings,
    clock: Clock,
    publish: (event: SparkEvent) => void,
    rim: Rim,
  ) {
    this.#state = emptyHealth(settings)
    this.#clock = clock
    this.#publish = publish
    this.#rim = rim
  }

  heard(event: HealthEvent): void {
    const [, effects] = healthTransition(this.#state, event, this.#clock.now())
    if (effects.length === 0 && event.type !== 'time-passed') return
    if (effects.length > 0) this.#changed()
    for (const effect of effects) this.#carryOut(effect)
    const endMs = nextEndMs(this.#state)
    if (endMs === undefined) return
    this.#rim.wakeIn(Math.min(LONGEST_MS, Math.max(1, endMs - this.#clock.now())))
  }

  fetchFailed(executorId: string): void {
    const host = this.#rim.alive().get(executorId)
    if (host !== undefined) this.heard({ type: 'fetch-failed', executorId, host })
  }

  /** One may have come on a host that is excluded. */
  executorAdded(): void {
    if (this.#state.nodes.size > 0) this.#changed()
  }

  #changed(): void {
    const excluded = new Map<string, string>()
    for (const [executorId, host] of this.#rim.alive()) {
      const why = whyExcluded(this.#state, executorId, host)
      if (why !== undefined) excluded.set(executorId, why)
    }
    this.#rim.changed(excluded)
  }

  #carryOut(effect: HealthEffect): void {
    const time = this.#clock.wallNow()
    const kills = this.#state.settings.killsExcluded
    switch (effect.type) {
      case 'exclude-executor': {
        const { executorId, failures: taskFailures, reason } = effect
        this.#publish({ type: 'SparkListenerExecutorExcluded', time, executorId, taskFailures })
        if (kills) this.#rim.kill(executorId, `it is excluded: ${reason}`)
        return
      }
      case 'exclude-node': {
        const { host: hostId, executors: executorFailures, reason } = effect
        this.#publish({ type: 'SparkListenerNodeExcluded', time, hostId, executorFailures })
        if (!kills) return
        for (const [executorId, host] of [...this.#rim.alive()])
          if (host === hostId) this.#rim.kill(executorId, `its host is excluded: ${reason}`)
        return
      }
      case 'include-executor':
        this.#publish({
          type: 'SparkListenerExecutorUnexcluded',
          time,
          executorId: effect.executorId,
        })
        return
      case 'include-node':
        this.#publish({ type: 'SparkListenerNodeUnexcluded', time, hostId: effect.host })
        return
    }
  }
}

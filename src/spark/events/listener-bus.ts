import type { Log } from '../../platform/index.ts'
import type { SparkEvent, SparkListener } from './spark-events.ts'

/** Hands every event to every listener, at once and in order. */
export class ListenerBus {
  readonly #listeners = new Set<SparkListener>()
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  /** Adds a listener; returns the way to take it out again. */
  add(listener: SparkListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Bound, so that it can be handed on. */
  readonly publish = (event: SparkEvent): void => {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        this.#log.write('warn', `a listener failed on ${event.type}`, { error: String(error) })
      }
    }
  }
}

import type { ActionOptions } from './actions.ts'

/**
 * What an action comes to, later: a promise that can be cancelled. Its jobs are then cancelled, and it rejects with
 * TROUPE_SPARK_JOB_CANCELLED; once it is settled, cancelling does nothing.
 */
export class FutureAction<T> implements PromiseLike<T> {
  readonly #abort = new AbortController()
  readonly #settled: Promise<T>
  #state: 'running' | 'done' | 'failed' = 'running'

  /** Runs `action` at once. Its signal ends it, as `options.signal` does. */
  constructor(action: (options: ActionOptions) => Promise<T>, { signal }: ActionOptions = {}) {
    const own = this.#abort.signal
    this.#settled = action({
      signal: signal === undefined ? own : AbortSignal.any([signal, own]),
    })
    this.#settled.then(
      () => {
        this.#state = 'done'
      },
      () => {
        this.#state = 'failed' // told to whoever awaits it
      },
    )
  }

  /** Whether it has a value or has failed. */
  get isCompleted(): boolean {
    return this.#state !== 'running'
  }

  /** Whether it was cancelled before it was settled. */
  get isCancelled(): boolean {
    return this.#abort.signal.aborted
  }

  cancel(): void {
    if (!this.isCompleted) this.#abort.abort()
  }

  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onFailure?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#settled.then(onValue, onFailure)
  }

  catch<B = never>(onFailure?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.#settled.catch(onFailure)
  }

  finally(onEnd?: (() => void) | null): Promise<T> {
    return this.#settled.finally(onEnd)
  }
}

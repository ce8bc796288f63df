import { AsyncLocalStorage } from 'node:async_hooks'
import type { AsyncLocal } from '../async-local.ts'

/** A value by the asynchronous context of its callers. The first `run` makes every promise of the thread a little dearer. */
export function nodeAsyncLocal<T>(): AsyncLocal<T> {
  const storage = new AsyncLocalStorage<T>()
  return {
    get: () => storage.getStore(),
    run: (value, fn) => storage.run(value, fn),
  }
}

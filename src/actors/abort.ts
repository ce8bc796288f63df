/**
 * Who waits for the abort of a signal. Thousands of asks and offers may share one: it gets a single listener, as
 * from the eleventh on Node warns of a leak that is none.
 */
const waiting: WeakMap<AbortSignal, Aborts> = new WeakMap()

class Aborts {
  readonly all: Set<() => void> = new Set()
  readonly heard = (): void => {
    const due = [...this.all]
    this.all.clear()
    for (const abort of due) abort()
  }
}

/** Calls `abort` once when the signal is aborted, in the order in which they came; hands back how to stop listening. */
export function onAbort(signal: AbortSignal, abort: () => void): () => void {
  let aborts = waiting.get(signal)
  if (aborts === undefined) {
    aborts = new Aborts()
    waiting.set(signal, aborts)
  }
  const { all, heard } = aborts
  if (all.size === 0) signal.addEventListener('abort', heard, { once: true })
  all.add(abort)
  return () => {
    if (all.delete(abort) && all.size === 0) signal.removeEventListener('abort', heard)
  }
}

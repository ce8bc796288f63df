import type { CallSite } from '../rdd/index.ts'

/** The call site of what the engine runs for its own ends. */
export function unplaced(name: string): CallSite {
  return { short: name, long: name }
}

/** Stands between the stack of a failure and that of the call of an action. */
const CALLED_FROM = '    — of an action called —'

/**
 * The error with the call of the action below its own stack: when a job fails, nothing of the call that began it is left on the
 * stack. Anything but an error stays as it is.
 */
export function withCallSite(thrown: unknown, { long }: CallSite): unknown {
  if (!(thrown instanceof Error)) return thrown
  const [method, ...frames] = long.split('\n')
  const shown = frames.length === 0 ? [method] : frames
  const lines = shown.map((frame) => `    at ${frame}`)
  const value = [thrown.stack ?? String(thrown), CALLED_FROM, ...lines].join('\n')
  Object.defineProperty(thrown, 'stack', {
    value,
    configurable: true,
    writable: true,
    enumerable: false,
  })
  return thrown
}

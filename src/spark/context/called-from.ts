/** Stands between the stack of a failure and that of the call of an action. */
const CALLED_FROM = '    — of an action called —'

/**
 * Remembers who calls, and answers what adds that to the stack of an error: when a job fails, nothing of the call that began it is
 * left on the stack. Anything but an error stays as it is.
 */
export function calledFrom(): (thrown: unknown) => unknown {
  const caller: { stack?: string } = {}
  Error.captureStackTrace(caller, calledFrom)
  return (thrown) => {
    if (!(thrown instanceof Error)) return thrown
    const frames = (caller.stack ?? '').replace(/^[^]*?\n(?= {4}at )/, '')
    const value = `${thrown.stack ?? String(thrown)}\n${CALLED_FROM}\n${frames}`
    Object.defineProperty(thrown, 'stack', {
      value,
      configurable: true,
      writable: true,
      enumerable: false,
    })
    return thrown
  }
}

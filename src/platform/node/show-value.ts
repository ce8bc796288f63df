import { inspect } from 'node:util'

/** How values are shown to people at a terminal. */
export interface ShowOptions {
  readonly isColored: boolean
  readonly columns: number
}

/** A value as Node's own shell shows it. */
export function showValue(value: unknown, { isColored, columns }: ShowOptions): string {
  return inspect(value, { colors: isColored, breakLength: columns })
}

/** Frames that say nothing to whoever has written the code. */
const FOREIGN = /node:|\/node_modules\/|\(<anonymous>\)$/

/** What was thrown, with the lines of its stack that are not Node's, nor a package's, nor below `ownUrl`; and what it was caused by. */
export function showError(thrown: unknown, ownUrl: string): string {
  if (!(thrown instanceof Error)) return `Uncaught ${inspect(thrown)}`
  const { code, cause, name, message } = thrown as Error & { readonly code?: unknown }
  const frames = (thrown.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !FOREIGN.test(line) && !line.includes(ownUrl))
  const coded = typeof code === 'string' ? ` (${code})` : ''
  const head = `${name}: ${message}${coded}`
  const below = cause === undefined ? '' : `\nCaused by: ${showError(cause, ownUrl)}`
  return [head, ...new Set(frames)].join('\n') + below
}

/** Has objects with this prototype shown by `describe`, wherever Node shows values. */
export function showAs<T extends object>(prototype: T, describe: (value: T) => string): void {
  Object.defineProperty(prototype, inspect.custom, {
    value(this: T): string {
      return describe(this)
    },
    configurable: true,
  })
}

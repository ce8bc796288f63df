type Code = (...args: never[]) => unknown

const known = new WeakMap<Code, ReadonlyMap<string, unknown>>()

/** Remembers what a rebuilt function has captured. */
export function rememberNames(
  fn: Code,
  names: readonly string[],
  values: readonly unknown[],
): void {
  known.set(fn, new Map(names.map((name, at) => [name, values[at]])))
}

/**
 * The names that a rebuilt function takes from outside, with their values: all of them, built-ins aside. Undefined for a
 * function that was not rebuilt from its source, of which they are not known.
 */
export function capturedNames(fn: Code): ReadonlyMap<string, unknown> | undefined {
  return known.get(fn)
}

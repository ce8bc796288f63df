/** What programs name: the same as in Beside.scala. */
type Row = unknown
type PairRow = readonly [unknown, number]

const floorMod = (x: number, n: number): number => ((x % n) + n) % n

export function codeOf(key: unknown): number {
  if (typeof key === 'number') return key
  if (typeof key === 'string') return key.length
  return Array.isArray(key) ? codeOf(key[0]) : 0
}

export function modulo(key: unknown, n: number): number {
  return floorMod(codeOf(key), n)
}

export const MAPS = {
  inc: (x: number): Row => (x + 1) % 1009,
  triple: (x: number): Row => (x * 3) % 1009,
  mod7: (x: number): Row => floorMod(x, 7),
  text: (x: number): Row => `s${x}`,
  byMod5: (x: number): Row => [floorMod(x, 5), x],
  byText: (x: number): Row => [`k${floorMod(x, 3)}`, x],
  length: (s: string): Row => s.length,
  tagged: (s: string): Row => `${s}t`,
  byLength: (s: string): Row => [s.length, s.length * 2],
  byWord: (s: string): Row => [s, s.length],
  value: ([, v]: PairRow): Row => v,
  bump: ([k, v]: PairRow): Row => [k, (v + 1) % 1009],
  fails: (): Row => {
    throw new RangeError('the function fails')
  },
}

export const FLAT_MAPS = {
  twice: (x: number): Row[] => (x % 2 === 0 ? [x, x + 1] : []),
  longer: (s: string): Row[] => (s.length < 4 ? [s, `${s}x`] : []),
  further: ([k, v]: PairRow): Row[] => [
    [k, v],
    [k, (v + 1) % 1009],
  ],
}

export const FILTERS = {
  even: (x: number): boolean => x % 2 === 0,
  short: (s: string): boolean => s.length < 3,
  evenValue: ([, v]: PairRow): boolean => v % 2 === 0,
  none: (): boolean => false,
}

/** What is left of a group, whatever the order of its values. */
export function digest(values: readonly number[]): number {
  return (values.reduce((a, b) => a + b, 0) % 1009) * 100 + values.length
}

export function both(left: number, right: number): number {
  return (left * 31 + right) % 1009
}

export function add(a: number, b: number): number {
  return a + b
}

import { ThrottlerError } from '../errors.ts'
import {
  bounded,
  exponential,
  fixed,
  gaussian,
  quantized,
  uniform,
  weibull,
  zipf,
} from './shapes.ts'
import type { SeededStream } from './seeded.ts'

/** Whole numbers of a range, some more often than others. */
export interface Distribution {
  readonly min: number
  readonly max: number
  /** @param index the operation's number, which only a sequence looks at */
  draw(stream: SeededStream, index: number): number
}

const FORMS =
  'FIXED(n), UNIFORM(min..max), GAUSSIAN(min..max[,deviations | ,mean,deviation]), EXP(min..max), EXTREME(min..max,shape), ' +
  'QEXTREME(min..max,shape,quantas), ZIPF(min..max[,exponent]) or SEQ(min..max), with ~ before it for the inverse, and k, m or b behind a number'

/**
 * A distribution as cassandra-stress writes it, in capitals or not: see `docs/throttler-workloads.md` for all of them. Shapes are those of
 * cassandra-stress, with its names for the same (`gauss`, `norm`, `normal`, `extr`, `weibull`, `qextr`), and `zipf` and `seq`.
 *
 * @throws TROUPE_THROTTLER_DISTRIBUTION_INVALID
 * @see cassandra-stress, settings/OptionDistribution.java
 */
export function parseDistribution(text: string): Distribution {
  const [, inverse, name = '', inner = ''] = /^(~?)([a-z]+)\(([^()]+)\)$/i.exec(text.trim()) ?? []
  const [first = '', ...rest] = inner.split(',').map((part) => part.trim())
  const numbers = rest.map(Number)
  const found = numbers.every(Number.isFinite)
    ? made(name.toLowerCase(), first, numbers)
    : undefined
  if (found === undefined) {
    throw new ThrottlerError(
      'TROUPE_THROTTLER_DISTRIBUTION_INVALID',
      `"${text}" is no distribution: it must be one of ${FORMS}.`,
      { data: { text } },
    )
  }
  return inverse === '~' ? inverted(found) : found
}

function made(name: string, first: string, numbers: readonly number[]): Distribution | undefined {
  const [one, two] = numbers
  if (name === 'fixed') {
    const value = parseCount(first)
    return value === undefined || numbers.length > 0 ? undefined : fixed(value)
  }
  const [low = '', high = '', more] = first.split(/\.\.+/)
  const [min, max] = [parseCount(low), parseCount(high)]
  if (min === undefined || max === undefined || more !== undefined || min > max) return undefined
  if (!numbers.every((number) => number > 0)) return undefined
  const wanted = Object.hasOwn(WANTED, name) ? WANTED[name] : undefined
  if (wanted === undefined || !wanted.includes(numbers.length)) return undefined
  if (min === max) return fixed(min)
  switch (name) {
    case 'uniform':
      return uniform(min, max)
    case 'seq':
      return { min, max, draw: (_, index) => min + (Math.max(0, index - 1) % (max - min + 1)) }
    case 'exp':
      return bounded(min, max, exponential(max - min))
    case 'gaussian':
    case 'gauss':
    case 'normal':
    case 'norm':
      return two === undefined
        ? gaussian(min, max, (min + max) / 2, (max - min) / 2 / (one ?? 3))
        : gaussian(min, max, one ?? 0, two)
    case 'extreme':
    case 'extr':
    case 'weibull':
      return bounded(min, max, weibull(max - min, one ?? 1))
    case 'zipf':
      return zipf(min, max, one ?? 0.99)
    default:
      return quantized(bounded(min, max, weibull(max - min, one ?? 1)), Math.round(two ?? 1))
  }
}

/** Name → how many numbers may stand behind the range. */
const WANTED: Readonly<Record<string, readonly number[]>> = {
  uniform: [0],
  seq: [0],
  exp: [0],
  gaussian: [0, 1, 2],
  gauss: [0, 1, 2],
  normal: [0, 1, 2],
  norm: [0, 1, 2],
  extreme: [1],
  extr: [1],
  weibull: [1],
  qextreme: [2],
  qextr: [2],
  zipf: [0, 1],
}

/** `5`, `10k`, `2m`, `1b`: thousands, millions, thousands of millions; undefined for others. */
export function parseCount(text: string): number | undefined {
  const [, digits, unit = ''] = /^(-?\d+)([kmb]?)$/i.exec(text.trim()) ?? []
  const value = Number(digits) * 1000 ** ['', 'k', 'm', 'b'].indexOf(unit.toLowerCase())
  return Number.isSafeInteger(value) ? value : undefined
}

/** What was the most often is now the least. */
function inverted(of: Distribution): Distribution {
  const { min, max } = of
  return { min, max, draw: (stream, index) => min + max - of.draw(stream, index) }
}

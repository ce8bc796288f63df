import type { Distribution } from './distribution.ts'
import type { SeededStream } from './seeded.ts'

export function fixed(value: number): Distribution {
  return { min: value, max: value, draw: () => value }
}

export function uniform(min: number, max: number): Distribution {
  return { min, max, draw: (stream) => min + stream.int(max - min + 1) }
}

/** A distribution of real numbers from 0 on, by its inverse: what a chance of 0..1 stands for. */
type Quantile = (chance: number) => number

/** Counted from `min` on; what is beyond `max` is `max`. */
export function bounded(min: number, max: number, quantile: Quantile): Distribution {
  return {
    min,
    max,
    draw: (stream) => Math.min(max, min + Math.floor(quantile(stream.float()))),
  }
}

/**
 * How rare the last of `span` values is to be: rarer, and the first would have nearly all; so the root of what it would take to make each
 * as likely as its share.
 */
function rarest(span: number): number {
  return Math.sqrt(1 / span)
}

export function exponential(span: number): Quantile {
  const mean = span / -Math.log(rarest(span))
  return (chance) => -mean * Math.log1p(-chance)
}

export function weibull(span: number, shape: number): Quantile {
  const standard: Quantile = (chance) => (-Math.log1p(-chance)) ** (1 / shape)
  const scale = span / standard(1 - rarest(span))
  return (chance) => scale * standard(chance)
}

/** By Box and Muller; what is beyond the range is at its edge. */
export function gaussian(min: number, max: number, mean: number, deviation: number): Distribution {
  return {
    min,
    max,
    draw(stream) {
      const radius = Math.sqrt(-2 * Math.log1p(-stream.float()))
      const value = mean + deviation * radius * Math.cos(2 * Math.PI * stream.float())
      return Math.min(max, Math.max(min, Math.round(value)))
    },
  }
}

/**
 * The range in `quantas` pieces of the same chance; within a piece all values are as likely as each other. The pieces' edges come from
 * many draws of the distribution itself.
 */
export function quantized(of: Distribution, quantas: number): Distribution {
  const { min, max } = of
  const pieces = Math.max(1, Math.min(quantas, max - min + 1))
  const drawn = Float64Array.from({ length: 20_000 }, midpoints(of)).sort()
  const edges = Array.from({ length: pieces + 1 }, (_, at) => {
    if (at === 0) return min
    return at === pieces ? max + 1 : (drawn[Math.floor((at * drawn.length) / pieces)] ?? max)
  })
  return {
    min,
    max,
    draw(stream) {
      const at = stream.int(pieces)
      const [low = min, high = max] = [edges[at], edges[at + 1]]
      return low + stream.int(Math.max(1, high - low))
    },
  }
}

/** Values of a distribution by one number, at chances that are evenly apart. */
function midpoints(of: Distribution): (_: unknown, at: number) => number {
  return (_, at) => {
    const even = { float: () => (at + 0.5) / 20_000 } as SeededStream
    return of.draw(even, 0)
  }
}

/**
 * The value at place k, from 1 on, as often as 1/k^exponent, over ranges of any size without a table of them.
 *
 * @see W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from monotone discrete distributions", 1996
 */
export function zipf(min: number, max: number, exponent: number): Distribution {
  const count = max - min + 1
  const area = (x: number): number =>
    exponent === 1 ? Math.log(x) : (x ** (1 - exponent) - 1) / (1 - exponent)
  const place = (y: number): number =>
    exponent === 1 ? Math.exp(y) : (1 + y * (1 - exponent)) ** (1 / (1 - exponent))
  const height = (x: number): number => x ** -exponent
  const [low, high] = [area(1.5) - 1, area(count + 0.5)]
  return {
    min,
    max,
    draw(stream) {
      for (;;) {
        const y = high + stream.float() * (low - high)
        const k = Math.min(count, Math.max(1, Math.round(place(y))))
        if (y >= area(k + 0.5) - height(k)) return min + k - 1
      }
    },
  }
}

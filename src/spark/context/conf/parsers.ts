import { invalidArgument } from '../../errors.ts'
import type { ConfParser, ConfValue } from './conf-entry.ts'

const wordOf = (value: ConfValue): string => String(value).trim()

/** Anything, as it is. */
export const text: ConfParser<string> = (_, value) => String(value)

/** Texts with commas between, in order; what is empty is none. */
export const texts: ConfParser<readonly string[]> = (_, value) => {
  const parts = String(value).split(',')
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

/** `true` or `false`, in letters of either case. */
export const flag: ConfParser<boolean> = (key, value) => {
  const word = wordOf(value).toLowerCase()
  if (word === 'true' || word === 'false') return word === 'true'
  throw invalidArgument(key, value, 'true or false')
}

export function integer(least: number): ConfParser<number> {
  return (key, value) => {
    const word = wordOf(value)
    if (/^\d+$/.test(word) && Number(word) >= least) return Number(word)
    throw invalidArgument(key, value, `an integer of ${least} or more`)
  }
}

export function number(least: number, most: number = Infinity): ConfParser<number> {
  return (key, value) => {
    const word = wordOf(value)
    const read = Number(word)
    if (word !== '' && read >= least && read <= most) return read
    throw invalidArgument(key, value, `a number from ${least} to ${most}`)
  }
}

/** A share of 0 to 1. */
export const ratio: ConfParser<number> = (key, value) => {
  const word = wordOf(value)
  const read = Number(word)
  if (word !== '' && read >= 0 && read <= 1) return read
  throw invalidArgument(key, value, 'a share of 0 to 1')
}

/** A share above 0, up to 1. */
export const share: ConfParser<number> = (key, value) => {
  const read = ratio(key, value)
  if (read > 0) return read
  throw invalidArgument(key, value, 'a share above 0, up to 1')
}

/** One of some words, in letters of either case. `where` says whose they are, if not the engine's. */
export function oneOf<T extends string>(words: readonly T[], where: string = ''): ConfParser<T> {
  return (key, value) => {
    const word = wordOf(value).toLowerCase()
    const found = words.find((one) => one.toLowerCase() === word)
    if (found !== undefined) return found
    throw invalidArgument(key, value, `${words.join(' or ')}${where}`)
  }
}

const UNIT_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** A time as Spark writes it, in ms: a whole number with its unit, or without one of `plain`. */
export function time(plain: 's' | 'ms', isZeroFine: boolean): ConfParser<number> {
  const unit = plain === 's' ? 'seconds' : 'milliseconds'
  return (key, value) => {
    const match = /^(\d+)([a-z]+)?$/.exec(wordOf(value).toLowerCase())
    const ms = Number(match?.[1]) * (UNIT_MS[match?.[2] ?? plain] ?? NaN)
    if (ms === 0 && isZeroFine) return 0
    if (ms > 0) return Math.max(1, Math.round(ms))
    throw invalidArgument(
      key,
      value,
      `a whole number of ${unit}, or one with its unit, such as 120s, 500ms, 2min (us, ms, s, m, min, h, d)${isZeroFine ? '' : '; not 0'}`,
    )
  }
}

/** Seconds; zero and fractions are fine, and the name of the unit may follow. */
export const seconds: ConfParser<number> = (key, value) => {
  const match = /^(\d+(?:\.\d+)?)s?$/.exec(wordOf(value))
  if (match === null) throw invalidArgument(key, value, 'a number of seconds of 0 or more')
  return Number(match[1])
}

const UNIT_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
}

/** A size as Spark writes it, in bytes: a number with `k`, `m`, `g` or `t`, or without of `plain`. */
export function size(plain: 'b' | 'k' | 'm' = 'b'): ConfParser<number> {
  return (key, value) => {
    const match = /^(\d+)\s*(?:([kmgt])i?b?|(b))?$/i.exec(wordOf(value))
    const unit = (match?.[2] ?? match?.[3] ?? plain).toLowerCase()
    const bytes = Number(match?.[1]) * (UNIT_BYTES[unit] ?? NaN)
    if (Number.isSafeInteger(bytes)) return bytes
    const named = { b: 'bytes', k: 'KiB', m: 'MiB' }[plain]
    throw invalidArgument(key, value, `a number of ${named}, or a size such as 64k, 512m or 2g`)
  }
}

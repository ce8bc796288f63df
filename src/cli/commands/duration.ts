import { InvalidArgumentError } from '../command-line.ts'

const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['weeks', 604_800_000],
  ['days', 86_400_000],
  ['hrs', 3_600_000],
  ['mins', 60_000],
  ['secs', 1000],
  ['ms', 1],
]
const LONGEST_MS = 2 ** 31 - 1

/** Reads a time as Mesos writes it, such as `15secs`; a number alone is seconds. At least `leastMs`, in milliseconds. */
export function duration(leastMs: number): (text: string) => number {
  return (text) => {
    const ms = milliseconds(text)
    if (ms >= leastMs && ms <= LONGEST_MS) return ms
    throw new InvalidArgumentError(
      `A time is such as 500ms, 15secs, 10mins or 1hrs: at least ${shownDuration(leastMs)}, at most 24days.`,
    )
  }
}

/** Reads a rate such as `1/10mins`: the milliseconds from one to the next. */
export function rate(text: string): number {
  const [, count = '0', time = ''] = /^(\d+)\/(.+)$/.exec(text) ?? []
  const everyMs = milliseconds(time) / Number(count)
  if (everyMs > 0 && everyMs <= LONGEST_MS) return everyMs
  throw new InvalidArgumentError('A rate is a number in a time, such as 1/10mins or 2/3hrs.')
}

/** As Mesos shows it: in the largest unit that leaves it whole. */
export function shownDuration(ms: number): string {
  const [name, size] = UNITS.find(([, size]) => ms >= size && ms % size === 0) ?? ['ms', 1]
  return `${ms / size}${name}`
}

function milliseconds(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)([a-z]*)$/.exec(text) ?? []
  const size = unit === '' ? 1000 : UNITS.find(([name]) => name === unit)?.[1]
  return amount === '' || size === undefined ? Number.NaN : Number(amount) * size
}

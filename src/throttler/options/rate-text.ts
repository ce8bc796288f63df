import type { RateSchedule } from '../run/index.ts'

const NUMBER = '(\\d+(?:\\.\\d+)?)'
const TIME = '(\\d+(?:\\.\\d+)?)(ms|s|m|h)'
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

const CONSTANT = new RegExp(`^${NUMBER}(?:/s)?$`)
const RAMP = new RegExp(`^ramp:${NUMBER}\\.\\.${NUMBER}/${TIME}$`)
const STEP = new RegExp(`^step:${NUMBER}\\.\\.${NUMBER}\\+${NUMBER}/${TIME}$`)
const SINE = new RegExp(`^sine:${NUMBER}~${NUMBER}/${TIME}$`)

/** What {@link readRate} takes, for people. */
export const RATE_FORMS =
  "operations a second: 1000, ramp:100..1000/60s, step:100..1000+100/10s, sine:500~200/60s, or 'closed'"

/** Reads a rate of the whole run; undefined for what is none. */
export function readRate(text: string): RateSchedule | undefined {
  if (text === 'closed') return { type: 'closed' }
  const constant = CONSTANT.exec(text)
  if (constant !== null) {
    const perSecond = Number(constant[1])
    return perSecond > 0 ? { type: 'constant', perSecond } : undefined
  }
  const ramp = RAMP.exec(text)
  if (ramp !== null) {
    const [from, to, overMs] = [Number(ramp[1]), Number(ramp[2]), timeOf(ramp[3], ramp[4])]
    return overMs > 0 && to > 0 ? { type: 'ramp', from, to, overMs } : undefined
  }
  const step = STEP.exec(text)
  if (step !== null) {
    const [from, to, by] = [Number(step[1]), Number(step[2]), Number(step[3])]
    const everyMs = timeOf(step[4], step[5])
    const isRising = everyMs > 0 && by > 0 && to >= from && to > 0
    return isRising ? { type: 'step', from, by, to, everyMs } : undefined
  }
  const sine = SINE.exec(text)
  if (sine === null) return undefined
  const [mean, amplitude] = [Number(sine[1]), Number(sine[2])]
  const periodMs = timeOf(sine[3], sine[4])
  const isWave = mean > 0 && amplitude <= mean && periodMs > 0
  return isWave ? { type: 'sine', mean, amplitude, periodMs } : undefined
}

function timeOf(amount = '', unit = ''): number {
  return Number(amount) * (UNITS[unit] ?? Number.NaN)
}

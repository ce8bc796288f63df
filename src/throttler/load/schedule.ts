import type { RateSchedule } from '../run/task-run.ts'

const MS_PER_S = 1000

/** All schedules with a rate. */
export type PacedSchedule = Exclude<RateSchedule, { readonly type: 'closed' }>

/** Operations per second that are to begin `ms` after the run's start. */
export function rateAt(schedule: PacedSchedule, ms: number): number {
  switch (schedule.type) {
    case 'constant':
      return schedule.perSecond
    case 'ramp': {
      const { from, to, overMs } = schedule
      return ms >= overMs ? to : from + ((to - from) * ms) / overMs
    }
    case 'step': {
      const { from, by, to, everyMs } = schedule
      return limited(from + by * Math.floor(ms / everyMs), by, to)
    }
    case 'sine': {
      const { mean, amplitude, periodMs } = schedule
      return mean + amplitude * Math.sin((2 * Math.PI * ms) / periodMs)
    }
  }
}

/** How many operations are to have begun by `ms` after the run's start, with fractions. */
export function scheduledBy(schedule: PacedSchedule, ms: number): number {
  switch (schedule.type) {
    case 'constant':
      return (schedule.perSecond * ms) / MS_PER_S
    case 'ramp': {
      const { from, to, overMs } = schedule
      const rising = Math.min(ms, overMs)
      const slope = overMs === 0 ? 0 : (to - from) / overMs
      return (rising * (from + (slope * rising) / 2) + to * (ms - rising)) / MS_PER_S
    }
    case 'step': {
      const { everyMs, from, by, to } = schedule
      const steps = Math.floor(ms / everyMs)
      // Of the steps that are over, those before the rate has reached `to` are a sum of a row.
      const rising = by === 0 ? 0 : Math.min(steps, Math.max(0, Math.ceil((to - from) / by)))
      const sum = rising * from + (by * rising * (rising - 1)) / 2
      const flat = (steps - rising) * limited(from + by * rising, by, to)
      return ((sum + flat) * everyMs + rateAt(schedule, ms) * (ms - steps * everyMs)) / MS_PER_S
    }
    case 'sine': {
      const { mean, amplitude, periodMs } = schedule
      const turn = (2 * Math.PI) / periodMs
      return (mean * ms + (amplitude / turn) * (1 - Math.cos(turn * ms))) / MS_PER_S
    }
  }
}

/** When the `count`-th operation, with fractions, is to begin; Infinity for never. */
export function timeOf(schedule: PacedSchedule, count: number): number {
  if (count <= 0) return 0
  if (schedule.type === 'constant') {
    return schedule.perSecond > 0 ? (count * MS_PER_S) / schedule.perSecond : Infinity
  }
  let high = 1
  while (scheduledBy(schedule, high) < count) {
    high *= 2
    if (high > 1e13) return Infinity
  }
  let low = 0
  // To a nanosecond, or as near as the numbers go.
  for (let round = 0; round < 80 && high - low > 1e-6; round += 1) {
    const middle = (low + high) / 2
    if (scheduledBy(schedule, middle) < count) low = middle
    else high = middle
  }
  return high
}

function limited(rate: number, by: number, to: number): number {
  return by >= 0 ? Math.min(rate, to) : Math.max(rate, to)
}

import type { PersistentMap } from '../persistent-map.ts'

/** Path → when it is to be removed, in Unix time. */
export type Schedule = PersistentMap<number>

/**
 * How old what is over may get on a disk of which the ratio `used` is taken: the whole delay on an empty one, nothing
 * where no more than the headroom is free.
 */
export function mostAgeMs(delayMs: number, headroom: number, used: number): number {
  return delayMs * Math.max(0, 1 - headroom - used)
}

/** What is due now, by name, if directories may be `ageMs` old in place of `delayMs`. */
export function dueOf(
  schedule: Schedule,
  nowUnixMs: number,
  delayMs: number,
  ageMs: number,
): readonly string[] {
  const soonerMs = delayMs - ageMs
  return [...schedule]
    .filter(([, unixMs]) => unixMs - soonerMs <= nowUnixMs)
    .map(([path]) => path)
    .sort()
}

/** Without these, and without what is below them. */
export function without(schedule: Schedule, removed: readonly string[]): Schedule {
  const gone = new Set(removed)
  let kept = schedule
  for (const path of schedule.keys()) if (isWithin(path, gone)) kept = kept.without(path)
  return kept
}

/** Of these, those that are not below another. */
export function topmost(paths: readonly string[]): readonly string[] {
  const all = new Set(paths)
  return paths.filter((path) => !isWithin(parentOf(path), all))
}

/** Whether it, or something above it, is among `paths`. */
function isWithin(path: string, paths: ReadonlySet<string>): boolean {
  for (let at = path; at !== ''; at = parentOf(at)) if (paths.has(at)) return true
  return false
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

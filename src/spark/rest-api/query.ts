import type { TaskStatus } from '../status/index.ts'
import { readSparkDate } from './dates.ts'
import { badParameter, notFound, Refusal } from './replies.ts'

/** Spark answers what it can't read of a query as if there were no such page. */
function unreadable(name: string, value: string, accepted: string): Refusal {
  return notFound(`"${value}" is no value of the parameter "${name}": ${accepted}`)
}

/** Words of which a parameter may name several, in letters of either case. */
export function wordsOf<Word extends string>(
  query: URLSearchParams,
  name: string,
  words: readonly Word[],
): Word[] {
  return query.getAll(name).map((given) => {
    const found = words.find((word) => word.toLowerCase() === given.toLowerCase())
    if (found === undefined) throw unreadable(name, given, words.join(', ').toLowerCase())
    return found
  })
}

/** Whether a value is one of those that are asked for; all are when none is named. */
export function isAmong<Word extends string>(wanted: readonly Word[], value: Word): boolean {
  return wanted.length === 0 || wanted.includes(value)
}

/** Those of tries that Spark lets one ask for. */
export const TASK_STATUSES: readonly TaskStatus[] = ['RUNNING', 'SUCCESS', 'FAILED', 'KILLED']

export function flagOf(query: URLSearchParams, name: string, otherwise: boolean): boolean {
  const given = query.get(name)
  return given === null ? otherwise : given.toLowerCase() === 'true'
}

export function wholeOf(query: URLSearchParams, name: string, otherwise: number): number {
  const given = query.get(name)
  if (given === null) return otherwise
  if (/^[+-]?\d{1,10}$/.test(given)) return Number(given)
  throw unreadable(name, given, 'a whole number')
}

/** Quantiles, `0.05,0.5`. */
export function quantilesOf(query: URLSearchParams, otherwise: string): number[] {
  return (query.get('quantiles') ?? otherwise).split(',').map((given) => {
    const value = Number(given)
    if (given.trim() === '' || !Number.isFinite(value))
      throw badParameter('quantiles', 'double', given)
    return value
  })
}

/** A date, or a day. */
export function dateOf(query: URLSearchParams, name: string, otherwise: string): number {
  const given = query.get(name) ?? otherwise
  const ms = readSparkDate(given)
  if (ms === undefined) throw new Refusal(400, `Couldn't parse date: ${given}`)
  return ms
}

/** A number in a path; undefined for what is none. */
export function numberOf(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined
}

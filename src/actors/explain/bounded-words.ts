import type { DecisionNote } from './decision.ts'

const MAX_TEXT = 400
const MAX_ITEMS = 16

/**
 * A text of at most so many characters, of which nothing longer is held on to: a slice would keep the whole string
 * that it was cut from.
 */
export function clipped(text: string, length: number = MAX_TEXT): string {
  if (text.length <= length) return text
  return `${[...text.slice(0, length - 1)].join('')}…`
}

/** A note that holds no more than a ring may keep: texts, lists and tables are cut. */
export function bounded(note: DecisionNote): DecisionNote {
  if (isWithin(note)) return note
  const { asked, chosen, because, input, rejected, samples, about, concerns, see } = note
  return {
    ...note,
    asked: clipped(asked),
    chosen: clipped(chosen),
    ...(because !== undefined && { because: clipped(because) }),
    ...(input !== undefined && { input: clipped(input) }),
    ...(rejected !== undefined && { rejected: boundedTable(rejected) }),
    ...(samples !== undefined && {
      samples: samples.slice(0, MAX_ITEMS).map(({ candidate, reason }) => ({
        candidate: clipped(candidate),
        reason: clipped(reason),
      })),
    }),
    about: about.slice(0, MAX_ITEMS).map((one) => clipped(one)),
    ...(concerns !== undefined && {
      concerns: concerns.slice(0, MAX_ITEMS).map((one) => clipped(one)),
    }),
    ...(see !== undefined && { see: see.slice(0, MAX_ITEMS) }),
  }
}

function isWithin(note: DecisionNote): boolean {
  const { asked, chosen, because, input, rejected, samples, about, concerns, see } = note
  return (
    asked.length <= MAX_TEXT &&
    chosen.length <= MAX_TEXT &&
    (because?.length ?? 0) <= MAX_TEXT &&
    (input?.length ?? 0) <= MAX_TEXT &&
    about.length <= MAX_ITEMS &&
    about.every((one) => one.length <= MAX_TEXT) &&
    (concerns?.length ?? 0) <= MAX_ITEMS &&
    (concerns?.every((one) => one.length <= MAX_TEXT) ?? true) &&
    (see?.length ?? 0) <= MAX_ITEMS &&
    (samples?.length ?? 0) <= MAX_ITEMS &&
    (samples?.every(({ candidate, reason }) => candidate.length + reason.length <= MAX_TEXT) ??
      true) &&
    (rejected === undefined ||
      (Object.keys(rejected).length <= MAX_ITEMS &&
        Object.keys(rejected).every((reason) => reason.length <= MAX_TEXT)))
  )
}

/** The most frequent reasons; the rest under `other`. */
function boundedTable(table: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const rows = Object.entries(table).sort(([, a], [, b]) => b - a)
  const kept = new Map<string, number>()
  for (const [index, [reason, count]] of rows.entries()) {
    const key = index < MAX_ITEMS - 1 ? clipped(reason) : 'other'
    kept.set(key, (kept.get(key) ?? 0) + count)
  }
  return Object.fromEntries(kept)
}

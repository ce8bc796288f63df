/** A time in ms since 1970 as Spark writes it: `2026-11-23T09:44:25.642GMT`. */
export function sparkDate(ms: number): string {
  return new Date(Math.floor(ms)).toISOString().replace('Z', 'GMT')
}

/** The same, of a time that may not have come. */
export function sparkDateOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : sparkDate(ms)
}

/** Reads `2026-11-23T09:44:25.642GMT`, or a day `2026-11-23`, which is meant in GMT; undefined for anything else. */
export function readSparkDate(text: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d\.\d{3})(?:GMT|UTC|Z))?$/.exec(text)
  if (match === null) return undefined
  const ms = Date.parse(`${match[1]}T${match[2] ?? '00:00:00.000'}Z`)
  return Number.isNaN(ms) ? undefined : ms
}

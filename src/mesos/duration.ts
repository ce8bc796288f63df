const UNITS: Readonly<Record<string, number>> = {
  weeks: 604_800_000,
  days: 86_400_000,
  hrs: 3_600_000,
  mins: 60_000,
  secs: 1000,
  ms: 1,
  us: 1e-3,
  ns: 1e-6,
}

/** A duration as Mesos writes it (`5secs`, `1.5mins`, `500ms`) in milliseconds; undefined if the text is none. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text) ?? []
  const unitMs = UNITS[unit]
  return unitMs === undefined ? undefined : Number(amount) * unitMs
}

/** Milliseconds as Mesos writes them, in the largest unit that they fill: `5secs`, `1.5mins`. */
export function sayDuration(durationMs: number): string {
  const [name, ms] = Object.entries(UNITS).find(([, unitMs]) => durationMs >= unitMs) ?? ['ms', 1]
  return `${durationMs / ms}${name}`
}

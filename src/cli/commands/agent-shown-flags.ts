import { shownDuration } from './duration.ts'

/** Flags whose values are times, in milliseconds. */
const TIMES: ReadonlySet<string> = new Set([
  'containerDiskWatchInterval',
  'diskWatchInterval',
  'executorRegistrationTimeout',
  'executorReregistrationTimeout',
  'executorShutdownGracePeriod',
  'fetcherStallTimeout',
  'gcDelay',
  'recoveryTimeout',
])
/** Flags whose values are amounts of bytes. */
const AMOUNTS: ReadonlySet<string> = new Set(['fetcherCacheSize'])
/** What is the command's own business. */
const HIDDEN: ReadonlySet<string> = new Set(['addressFile', 'endWith'])
const UNITS = ['GB', 'MB', 'KB'] as const

/** An agent's flags as `/flags` shows them: by their names in Mesos, and in its units. */
export function shownAgentFlags(flags: object): Readonly<Record<string, string>> {
  const shown: Record<string, string> = {}
  for (const [key, value] of Object.entries(flags) as [string, unknown][]) {
    if (value === undefined || HIDDEN.has(key)) continue
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const text = textOf(key, value)
    if (text !== undefined) shown[name] = text
  }
  return shown
}

function textOf(key: string, value: unknown): string | undefined {
  if (typeof value === 'number') {
    if (TIMES.has(key)) return shownDuration(value)
    return AMOUNTS.has(key) ? shownBytes(value) : String(value)
  }
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? value.map(String).join(',') : undefined
}

function shownBytes(bytes: number): string {
  let size = 1024 ** 3
  for (const unit of UNITS) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`
    size /= 1024
  }
  return `${bytes}B`
}

import type { Resource } from '../protocol/index.ts'

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** An amount as Mesos says it: in the largest unit that divides it, `64MB`, `1025B`. */
export function sayBytes(bytes: number): string {
  let amount = bytes
  for (const unit of UNITS) {
    if (amount === 0 || amount % 1024 !== 0 || unit === 'TB') return `${amount}${unit}`
    amount /= 1024
  }
  return `${bytes}B`
}

/** Bytes as a resource that is counted in megabytes. */
export function megabytesOf(name: 'mem' | 'disk', bytes: number): Resource {
  const megabytes = Math.round((bytes / (1024 * 1024)) * 1000) / 1000
  return { name, type: 'SCALAR', scalar: { value: megabytes } }
}

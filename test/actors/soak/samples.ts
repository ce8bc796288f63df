import { readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What the process holds, after a full collection. */
export interface Sample {
  readonly atMs: number
  readonly heapBytes: number
  readonly outsideBytes: number
  readonly residentBytes: number
  /** Open files and sockets; 0 where the system does not tell. */
  readonly files: number
  /** Kind of a resource of the event loop → how many; timers that keep nothing alive are not in it. */
  readonly resources: Readonly<Record<string, number>>
}

export function sample(atMs: number): Sample {
  collect()
  collect()
  const { heapUsed, arrayBuffers, external, rss } = process.memoryUsage()
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  return {
    atMs,
    heapBytes: heapUsed,
    outsideBytes: Math.max(arrayBuffers, external),
    residentBytes: rss,
    files: openFiles(),
    resources,
  }
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}

export interface Trend {
  readonly meanBytes: number
  /** By how much a straight line through the samples rises from the first to the last of them. */
  readonly riseBytes: number
  /** No more than 5 % of the mean, or 2 MiB. */
  readonly isFlat: boolean
}

/** The trend of the second half: the first one is warming up. `knownBytes` of rise are somebody else's. */
export function trendOf(samples: readonly Sample[], knownBytes = 0): Trend {
  const half = samples.slice(Math.floor(samples.length / 2))
  const count = Math.max(1, half.length)
  const meanAt = half.reduce((sum, { atMs }) => sum + atMs, 0) / count
  const meanBytes = half.reduce((sum, { heapBytes }) => sum + heapBytes, 0) / count
  let together = 0
  let alone = 0
  for (const { atMs, heapBytes } of half) {
    together += (atMs - meanAt) * (heapBytes - meanBytes)
    alone += (atMs - meanAt) ** 2
  }
  const first = half[0]?.atMs ?? 0
  const last = half.at(-1)?.atMs ?? 0
  const riseBytes = alone === 0 ? 0 : (together / alone) * (last - first)
  const boundBytes = Math.max(meanBytes * 0.05, 2 * 2 ** 20) + knownBytes
  return { meanBytes, riseBytes, isFlat: riseBytes <= boundBytes }
}

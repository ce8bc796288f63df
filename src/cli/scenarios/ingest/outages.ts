import type { MemoryWorld, Random } from '../../../platform/index.ts'

const OUTAGES = 5
const WITHIN_MS = 9_000
const LONGEST_MS = 2_500
const KINDS = ['unreachable', 'unanswered', 'late'] as const
const SERVERS = ['interposeEventLogs', 'interposeTableStores'] as const

/** Has Kafka and Cassandra away, silent about what they have done, or late, for a while each. @returns what ends it all */
export function haveOutages(world: MemoryWorld, random: Random): () => void {
  const startMs = world.clock.now()
  const ends = Array.from({ length: OUTAGES }, () => {
    const fromMs = startMs + random.int(WITHIN_MS)
    const untilMs = fromMs + random.int(LONGEST_MS)
    const type = KINDS[random.int(KINDS.length)] ?? 'unreachable'
    return world[SERVERS[random.int(SERVERS.length)] ?? 'interposeEventLogs'](() => {
      const now = world.clock.now()
      if (now < fromMs || now >= untilMs) return undefined
      return type === 'late' ? { type, byMs: 300 } : { type, reason: 'it is down' }
    })
  })
  return () => {
    for (const end of ends) end()
  }
}

/** `npm run soak -- --for 5m [--virtual 24h] [--seed N]`: the workload for real and, by virtual hours, in memory. */
import { parseArgs } from 'node:util'
import { MemorySoak } from '../memory-soak.ts'
import { RealSoak } from '../real-soak.ts'
import { sample, trendOf } from '../samples.ts'
import type { Sample, Trend } from '../samples.ts'

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

const { values } = parseArgs({
  options: {
    for: { type: 'string', default: '0s' },
    virtual: { type: 'string', default: '0h' },
    seed: { type: 'string', default: '1' },
  },
})

function durationOf(text: string): number {
  const [, amount, unit] = /^(\d+)([smh])$/.exec(text) ?? []
  if (amount !== undefined && unit !== undefined) return Number(amount) * (UNIT_MS[unit] ?? 0)
  console.error('usage: npm run soak -- [--for 5m] [--virtual 24h] [--seed N]')
  process.exit(2)
}

const MIB = 2 ** 20
/** What a simulated world keeps of a node that has ended. */
const WORLDS_RECORD_BYTES = 3_000
const problems: string[] = []

function check(name: string, before: object, after: object, slack = 0): void {
  for (const [key, was] of Object.entries(before) as [string, unknown][]) {
    const is = (after as Readonly<Record<string, unknown>>)[key]
    if (typeof was !== 'number' || typeof is !== 'number' || is <= was + slack) continue
    problems.push(`${name}: ${key} was ${String(was)}, is ${String(is)}`)
  }
}

function tell(
  name: string,
  { meanBytes, riseBytes, isFlat }: Trend,
  samples: readonly Sample[],
): void {
  const mib = (bytes: number): string => (bytes / MIB).toFixed(2)
  console.log(
    `${name}: heap ${mib(meanBytes)} MiB after collection, ${mib(riseBytes)} MiB of rise over the second half (${String(samples.length)} samples)`,
  )
  if (!isFlat) problems.push(`${name}: the heap rises by ${mib(riseBytes)} MiB`)
}

const virtualMs = durationOf(values.virtual)
if (virtualMs > 0) {
  const soak = await MemorySoak.begin(Number(values.seed))
  await soak.run(16)
  const before = await soak.rest()
  const samples: Sample[] = []
  while (soak.world.clock.now() < virtualMs) {
    await soak.run(64)
    await soak.rest()
    samples.push(sample(soak.world.clock.now()))
  }
  const after = await soak.rest()
  console.log('in memory, before:', before)
  console.log('in memory, after:', after)
  console.log(
    `in memory: ${String(soak.workload.rounds)} rounds, ${String(soak.workload.done)} things begun`,
  )
  // The world keeps a record of every node that was.
  const knownBytes = (soak.world.nodes().length / 2) * WORLDS_RECORD_BYTES
  tell('in memory', trendOf(samples, knownBytes), samples)
  check('in memory', before.holding, after.holding)
  check('in memory', before.use ?? {}, after.use ?? {})
}

const forMs = durationOf(values.for)
if (forMs > 0) {
  const { before, after, heap, samples, rounds, done, killed, stopped } = await new RealSoak().run(
    forMs,
  )
  console.log('for real, before:', before)
  console.log('for real, after:', after)
  console.log(
    `for real: ${String(rounds)} rounds, ${String(done)} things begun, ${String(killed)} processes killed, ${String(stopped)} stopped`,
  )
  tell('for real', heap, samples)
  check('for real', before.holding, after.holding)
  check('for real, resources', before.sample.resources, after.sample.resources, 1)
  check('for real', { files: before.sample.files }, { files: after.sample.files }, 2)
}

for (const problem of problems) console.log(`✘ ${problem}`)
if (problems.length === 0) console.log('✔ nothing is left behind, and the memory is flat')
process.exit(problems.length === 0 ? 0 : 1)

/** `npm run fuzz -- --for 10m [--seed N] [--only words]`: the hostile properties, with fresh seeds until the time is over. */
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { properties } from '../properties.ts'

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

const { values } = parseArgs({
  options: {
    for: { type: 'string', default: '1m' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})
const [, amount, unit] = /^(\d+)([smh])$/.exec(values.for) ?? []
const chosen = Object.entries(properties).filter(([name]) => name.includes(values.only))
if (amount === undefined || unit === undefined || chosen.length === 0) {
  console.error('usage: npm run fuzz -- --for 30s|10m|2h [--seed N] [--only words of a title]')
  process.exit(2)
}

const endsAt = Date.now() + Number(amount) * (UNIT_MS[unit] ?? 0)
const first = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)
let seed = first
let cases = 0
let failed = 0
do {
  for (const [name, { runs, property }] of chosen) {
    const details = await fc.check(property, { numRuns: runs, seed })
    cases += details.numRuns
    if (!details.failed) continue
    failed++
    console.log(`✘ ${name}\n${fc.defaultReportMessage(details) ?? ''}`)
    console.log(String((details.errorInstance as Error | undefined)?.stack))
    console.log(`again: npm run fuzz -- --for 1s --seed ${String(seed)} --only '${name}'`)
  }
  seed = (seed + 1) % 2 ** 31
} while (Date.now() < endsAt && failed === 0)

const { heapUsed, rss } = process.memoryUsage()
const memory = `${String(Math.round(heapUsed / 2 ** 20))} MiB of heap, ${String(Math.round(rss / 2 ** 20))} MiB resident`
console.log(
  `${String(cases)} cases, seeds ${String(first)} to ${String(seed - 1)}, ${String(failed)} failed; ${memory}`,
)
process.exit(failed === 0 ? 0 : 1)

/**
 * Totals of one campaign by type of event, what was rolled up before a moment joined with what came after it:
 * `node build/examples/campaign-totals.js [events] [campaigns] [campaign] [master]`.
 *
 * Both files have lines `campaign, type, time, value` with tabs between. Three actions are three jobs; the second and
 * the third read what the first has cached, and the join shuffles nothing, since both sides lie by the same keys.
 */
import { fileURLToPath } from 'node:url'

import { SparkContext } from '../src/spark/index.ts'

interface Rollup {
  readonly campaignId: string
  readonly eventType: string
  readonly time: number
  readonly value: number
}

const data = (name: string): string =>
  fileURLToPath(new URL(`../../examples/data/${name}`, import.meta.url))
const [
  eventsPath = data('events.tsv'),
  campaignsPath = data('campaigns.tsv'),
  campaignId = 'spring',
  master = 'local[2]',
] = process.argv.slice(2)
const watermark = Date.parse('2016-03-14T12:00:00Z')

function parse(line: string): Rollup {
  const [campaignId = '', eventType = '', time = '', value = ''] = line.split('\t')
  return { campaignId, eventType, time: Date.parse(time), value: Number(value) }
}

const plus = (left: Rollup, right: Rollup): Rollup => ({
  ...left,
  time: Math.max(left.time, right.time),
  value: left.value + right.value,
})

const sc = await SparkContext.create({ master, appName: 'campaign totals' })

// Events after a date, by type.
const events = sc
  .textFile(eventsPath)
  .map(parse)
  .filter((event) => event.campaignId === campaignId && event.time > watermark)
  .keyBy((event) => event.eventType)
  .reduceByKey(plus)
  .cache()

// What was rolled up before it, by type.
const campaigns = sc
  .textFile(campaignsPath)
  .map(parse)
  .filter((campaign) => campaign.campaignId === campaignId && campaign.time < watermark)
  .keyBy((campaign) => campaign.eventType)
  .reduceByKey(plus)
  .cache()

const joined = await campaigns
  .join(events)
  .map(([type, [campaign, event]]) => `${type}: ${campaign.value} + ${event.value}`)
  .collect()
const eventTotals = await events.map(([type, event]) => `${type} -> ${event.value}`).collect()
const campaignTotals = await campaigns.map(([type, { value }]) => `${type} -> ${value}`).collect()

console.log(`totals of ${campaignId}`)
for (const line of joined.sort()) console.log(`  ${line}`)
console.log('events')
for (const line of eventTotals.sort()) console.log(`  ${line}`)
console.log('rolled up')
for (const line of campaignTotals.sort()) console.log(`  ${line}`)
await sc.stop()

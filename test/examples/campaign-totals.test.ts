import { execFile } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import test from 'ava'

import { dataFile, folder, limitMs, linesOf, root, rowsOf, sum } from './run-example.ts'

const run = promisify(execFile)
const watermark = Date.parse('2016-03-14T12:00:00Z')

async function totals(
  name: string,
  campaign: string,
  isWanted: (time: number) => boolean,
): Promise<Map<string, number>> {
  const rows = (await rowsOf(name, '\t')).filter(
    ([id, , time = '']) => id === campaign && isWanted(Date.parse(time)),
  )
  const types = [...new Set(rows.map(([, type = '']) => type))].sort()
  return new Map(
    types.map((type) => [
      type,
      sum(rows.filter((row) => row[1] === type).map(([, , , value]) => Number(value))),
    ]),
  )
}

async function expected(campaign: string): Promise<string[]> {
  const events = await totals('events.tsv', campaign, (time) => time > watermark)
  const rolledUp = await totals('campaigns.tsv', campaign, (time) => time < watermark)
  return [
    `totals of ${campaign}`,
    ...[...rolledUp].map(([type, value]) => `  ${type}: ${value} + ${events.get(type)}`),
    'events',
    ...[...events].map(([type, value]) => `  ${type} -> ${value}`),
    'rolled up',
    ...[...rolledUp].map(([type, value]) => `  ${type} -> ${value}`),
  ]
}

test('campaign totals are those that one pass over the lines comes to', async (t) => {
  t.timeout(limitMs)
  t.deepEqual(await linesOf('campaign-totals'), await expected('spring'))
})

test('campaign totals on executors in processes of their own are the same', async (t) => {
  t.timeout(limitMs)
  const files = [dataFile('events.tsv'), dataFile('campaigns.tsv')]
  const lines = await linesOf('campaign-totals', ...files, 'winter', 'local-cluster[2,1,512]')
  t.deepEqual(lines, await expected('winter'))
})

interface LoggedEvent {
  readonly Event: string
  readonly 'Stage Info'?: { readonly 'Stage ID': number; readonly 'RDD Info': readonly unknown[] }
  readonly 'Task Metrics'?: { readonly 'Input Metrics': { readonly 'Records Read': number } }
  readonly 'Task Type'?: string
}

test('campaign totals read each file once, and the join shuffles nothing', async (t) => {
  t.timeout(limitMs)
  const logs = await folder(t)
  const main = join(root, 'build', 'src', 'cli', 'main.js')
  const plain = ['spark.eventLog.compress=false', 'spark.eventLog.rolling.enabled=false']
  const conf = ['spark.eventLog.enabled=true', `spark.eventLog.dir=${logs}`, ...plain]
  const options = ['--master', 'local[2]', ...conf.flatMap((each) => ['--conf', each])]
  const program = join(root, 'build', 'examples', 'campaign-totals.js')
  await run(process.execPath, [main, 'spark-submit', ...options, program], { timeout: limitMs })
  const [log = ''] = await readdir(logs)
  const events = (await readFile(join(logs, log), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LoggedEvent)
  const of = (name: string): LoggedEvent[] => events.filter(({ Event }) => Event === name)
  t.is(of('SparkListenerJobStart').length, 3)
  const tasks = of('SparkListenerTaskEnd')
  // Two files of two partitions each, one map stage each; then what is joined, and what was cached, twice.
  t.is(tasks.filter((task) => task['Task Type'] === 'ShuffleMapTask').length, 4)
  t.is(of('SparkListenerStageCompleted').length, 5)
})

import test from 'ava'
import { nodeLog } from '../../../src/platform/node/log.ts'
import { AgentRig } from './agent-rig.ts'
import { HttpCluster } from './rig.ts'

/** What is asked of `/logging/toggle`, in this order, and what Mesos 1.11.0 answered. */
const TOGGLES: readonly (readonly [query: string, status: number, text: string])[] = [
  ['', 200, '0\n'],
  ['?level=2', 400, "Expecting 'duration=value' in query."],
  ['?duration=1secs', 400, "Expecting 'level=value' in query."],
  ['?level=x&duration=1mins', 400, "Failed to convert 'x' to number."],
  ['?level=&duration=1secs', 400, "Failed to convert '' to number."],
  ['?level=1.5&duration=1secs', 400, "Failed to convert '1.5' to number."],
  ['?level=-1&duration=1secs', 400, "Invalid level '-1'."],
  ['?level=9&duration=q', 400, "Failed to convert '' to number."],
  ['?level=9&duration=12', 400, "Invalid duration '12'."],
  [
    '?level=9&duration=1fortnight',
    400,
    "Unknown duration unit 'fortnight'; supported units are 'ns', 'us', 'ms', 'secs', 'mins', 'hrs', 'days', and 'weeks'.",
  ],
  ['?level=2&duration=1mins', 200, ''],
  ['', 200, '2\n'],
]

test('the level of a master’s log is set for a time, by the answers of Mesos', async (t) => {
  const rig = await HttpCluster.start()
  const ask = (query: string): Promise<readonly [number, string]> =>
    rig
      .until(rig.client().send('GET', `/logging/toggle${query}`))
      .then(({ status, text }) => [status, text] as const)
  for (const [query, status, text] of TOGGLES) t.deepEqual(await ask(query), [status, text], query)
  await rig.advance(61_000)
  t.deepEqual(await ask(''), [200, '0\n'])
})

test('and so is that of an agent', async (t) => {
  const rig = await AgentRig.start()
  const call = (value: unknown) => rig.rig.until(rig.client.post('/api/v1', value))
  const level = async (): Promise<string> => (await call({ type: 'GET_LOGGING_LEVEL' })).text
  const body = { level: 1, duration: { nanoseconds: 2e9 } }
  t.is((await call({ type: 'SET_LOGGING_LEVEL', set_logging_level: body })).status, 200)
  t.is(await level(), '{"type":"GET_LOGGING_LEVEL","get_logging_level":{"level":1}}')
  t.deepEqual(await rig.ask('/logging/toggle'), [200, 'text/plain; charset=utf-8', '1\n'])
  await rig.rig.advance(2000)
  t.is(await level(), '{"type":"GET_LOGGING_LEVEL","get_logging_level":{"level":0}}')
})

test('who may set it is said by ACLs', async (t) => {
  const nobody = { type: 'NONE' } as const
  const anybody = { type: 'ANY' } as const
  const rules = [{ principals: anybody, objects: nobody }]
  const acls = { permissive: true, rules: { set_log_level: rules, get_endpoints: rules } }
  const rig = await HttpCluster.start([], { acls })
  const body = { level: 1, duration: { nanoseconds: 1 } }
  const call = { type: 'SET_LOGGING_LEVEL', set_logging_level: body }
  t.is((await rig.until(rig.client().post('/api/v1', call))).status, 403)
  t.is((await rig.until(rig.client().send('GET', '/logging/toggle'))).status, 403)
})

test('a log that is detailed has the lines of all levels', (t) => {
  const lines: string[] = []
  const log = nodeLog({ level: 'warn', write: (line) => void lines.push(line) })
  log.write('debug', 'one')
  log.setDetailed?.(true)
  log.write('debug', 'two')
  log.setDetailed?.(false)
  log.write('debug', 'three')
  log.write('warn', 'four')
  t.deepEqual(
    lines.map((line) => line.trim().split(' ').at(-1)),
    ['two', 'four'],
  )
})

test('what the machine does is told by /system/stats.json', async (t) => {
  const rig = await AgentRig.start()
  const names = [
    'avg_load_15min',
    'avg_load_1min',
    'avg_load_5min',
    'cpus_total',
    'mem_free_bytes',
    'mem_total_bytes',
  ]
  t.deepEqual(Object.keys(await rig.get('/system/stats.json')), names)
  const ofMaster = await rig.rig.until(rig.rig.client().get('/system/stats.json'))
  t.deepEqual(Object.keys(ofMaster), names)
})

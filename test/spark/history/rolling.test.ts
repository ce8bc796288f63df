import test from 'ava'

import { testSystem } from '../../../src/actors/testkit/index.ts'
import type { Disk } from '../../../src/platform/index.ts'
import { EventLog } from '../../../src/spark/event-log/index.ts'
import { startHistoryServer } from '../../../src/spark/history/index.ts'
import { outdated } from '../../../src/spark/history/cleaner.ts'
import { startDriver } from '../context/driver.ts'
import { ask, type Asked } from '../rest-api/asking.ts'

const conf = { 'spark.eventLog.enabled': true, 'spark.eventLog.dir': '/logs' }
const BEGAN = Date.UTC(2026, 10, 23)
const prepare = (disk: Disk): Promise<void> => disk.makeDirectory('/logs')

const namesIn = async (disk: Disk, path: string): Promise<string[]> =>
  (await disk.list(path)).map((entry) => entry.path.slice(path.length + 1)).sort()

test('a log is a folder of compressed files as long as nothing else is said, and is read as such', async (t) => {
  const { kit, sc } = startDriver(t, { conf, prepare })
  const { disk } = sc
  await kit.until(sc.parallelize([1, 2, 3], 3).count())
  const id = sc.applicationId
  const folder = `/logs/eventlog_v2_${id}`
  t.deepEqual(await namesIn(disk, folder), [`appstatus_${id}.inprogress`, `events_1_${id}.lz4`])
  const options = { host: '127.0.0.1', port: 18_080, directory: '/logs' }
  const server = await kit.until(startHistoryServer(kit.system.environment, options))
  t.teardown(() => kit.until(server.close()))
  const { http } = kit.system.environment
  const get = (path: string): Promise<Asked> => kit.until(ask(http, server.address, path))
  const jobs = async (): Promise<number> =>
    ((await get(`/applications/${id}/jobs`)).json() as unknown[]).length
  t.is(await jobs(), 1)
  await kit.until(sc.parallelize([1], 1).count())
  t.is(await jobs(), 2, 'what is new is read, too')
  await kit.until(sc.stop())
  t.deepEqual(await namesIn(disk, folder), [`appstatus_${id}`, `events_1_${id}.lz4`])
  t.like((await get('/applications')).json(), [{ id, attempts: [{ completed: true }] }])
  const archive = await get(`/applications/${id}/logs`)
  const text = Buffer.from(archive.bytes).toString('latin1')
  t.true(text.includes(`eventlog_v2_${id}/events_1_${id}.lz4`))
  t.true(text.includes(`eventlog_v2_${id}/appstatus_${id}`))
})

test('a file that would get too long is followed by another one, each of whole lines, read in their order', async (t) => {
  const kit = testSystem({ name: 'rolling' })
  const { disk } = kit.system.environment
  await disk.makeDirectory('/logs')
  const eventLog = await EventLog.open({
    disk,
    log: { write: () => undefined },
    directory: '/logs',
    applicationId: 'app-1',
    hasBlockUpdates: false,
    hasStagePeaks: false,
    isCompressed: false,
    maxFileBytes: 200,
  })
  const start = { type: 'SparkListenerApplicationStart', appName: 'a', appId: 'app-1' } as const
  eventLog.listener({ ...start, time: BEGAN, sparkUser: 'u' })
  for (let rddId = 0; rddId < 20; rddId += 1)
    eventLog.listener({ type: 'SparkListenerUnpersistRDD', rddId })
  const sparkUser = 'x'.repeat(300)
  eventLog.listener({ ...start, time: BEGAN, sparkUser })
  eventLog.listener({ type: 'SparkListenerApplicationEnd', time: BEGAN + 5 })
  await eventLog.close()
  const folder = '/logs/eventlog_v2_app-1'
  const names = await namesIn(disk, folder)
  t.true(names.length > 8)
  for (const name of names.filter((one) => one.startsWith('events_'))) {
    const text = new TextDecoder().decode(await disk.readFile(`${folder}/${name}`))
    t.true(text.length <= 200 || text.trimEnd().split('\n').length === 1, name)
    for (const line of text.trimEnd().split('\n')) t.notThrows(() => JSON.parse(line) as unknown)
  }
  const options = { host: '127.0.0.1', port: 18_080, directory: '/logs' }
  const server = await kit.until(startHistoryServer(kit.system.environment, options))
  t.teardown(() => kit.until(server.close()))
  const asked = await kit.until(ask(kit.system.environment.http, server.address, '/applications'))
  t.like(asked.json(), [
    { id: 'app-1', attempts: [{ completed: true, sparkUser, endTimeEpoch: BEGAN + 5 }] },
  ])
})

test('logs are removed by age, and by number those of applications that have ended, the oldest first', (t) => {
  const log = (path: string, modifiedMs: number, isOver = true) => ({ path, modifiedMs, isOver })
  const logs = [log('d', 90), log('a', 10), log('b', 60), log('c', 70, false), log('e', 95)]
  t.deepEqual(outdated(logs, { maxAgeMs: 50, maxNum: 10 }, 100), ['a'])
  t.deepEqual(outdated(logs, { maxAgeMs: 50, maxNum: 2 }, 100), ['a', 'b', 'd'])
  t.deepEqual(outdated(logs, { maxAgeMs: 500, maxNum: 1 }, 100), ['a', 'b', 'd', 'e'])
  t.deepEqual(outdated(logs, { maxAgeMs: 500, maxNum: 5 }, 100), [])
})

test('a history server with a cleaner removes what is too old when it starts and from time to time', async (t) => {
  const { kit, sc } = startDriver(t, { conf, prepare })
  await kit.until(sc.parallelize([1], 1).count())
  await kit.until(sc.stop())
  const cleaner = { maxAgeMs: 60_000, maxNum: 10, intervalMs: 10_000 }
  const options = { host: '127.0.0.1', port: 18_080, directory: '/logs', cleaner }
  const server = await kit.until(startHistoryServer(kit.system.environment, options))
  t.teardown(() => kit.until(server.close()))
  await kit.settle()
  t.is((await namesIn(sc.disk, '/logs')).length, 1)
  await kit.advance(120_000)
  t.deepEqual(await namesIn(sc.disk, '/logs'), [])
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test from 'ava'

import { nodeEnvironment } from '../../src/platform/index.ts'
import { addressOf, ask } from '../spark/rest-api/asking.ts'
import { start, troupe } from './command-line.ts'

const { http } = nodeEnvironment()

const LOG = [
  { Event: 'SparkListenerLogStart', 'Spark Version': '4.3.0' },
  {
    Event: 'SparkListenerApplicationStart',
    'App Name': 'nightly',
    'App ID': 'app-7',
    Timestamp: 1000,
    User: 'ann',
  },
  { Event: 'SparkListenerApplicationEnd', Timestamp: 4000 },
]

test('troupe spark-history answers out of the logs of a directory until it is told to end', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'troupe-history-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const lines = LOG.map((event) => `${JSON.stringify(event)}\n`).join('')
  await writeFile(join(directory, 'app-7'), lines)
  const server = start(
    {},
    'spark-history',
    directory,
    '--port',
    '0',
    '--end-with',
    `${process.pid}`,
  )
  const said = await server.until(/api\/v1\/applications/)
  const url = /http:\/\/[\d.:]+/.exec(said)?.[0]
  const { json } = await ask(http, addressOf(url), '/applications/app-7')
  t.like(json(), { id: 'app-7', name: 'nightly', attempts: [{ sparkUser: 'ann', duration: 3000 }] })
  server.kill('SIGTERM')
  t.is(await server.exit, 0)
})

test('a directory that is not there ends it, with its name', async (t) => {
  const { code, stderr } = await troupe('spark-history', '/nowhere/logs', '--port', '0')
  t.is(code, 1)
  t.regex(stderr, /TROUPE_SPARK_EVENT_LOGS_MISSING|\/nowhere\/logs/)
})

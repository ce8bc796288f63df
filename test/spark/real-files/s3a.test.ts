import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'ava'

import { nodeEnvironment, type ObjectStore } from '../../../src/platform/index.ts'
import { foreign } from '../../mesos/foreign/programs.ts'
import { clusterOf, driverOf, everyFile, numbers } from './every-file.ts'
import { serialWith, startServer } from './servers.ts'

const moto = await foreign('moto')
const serial = serialWith(moto)
const server = moto.ok ? await startServer('s3.mjs') : undefined
const [endpoint = ''] = server?.words ?? []
const SECRET = 'S3CR3T/WITH+SIGNS'
const conf = {
  'spark.hadoop.fs.s3a.endpoint': endpoint,
  'spark.hadoop.fs.s3a.access.key': 'AKEY',
  'spark.hadoop.fs.s3a.secret.key': SECRET,
  'spark.hadoop.fs.s3a.path.style.access': 'true',
  'spark.hadoop.fs.s3a.multipart.size': '5m',
  'spark.hadoop.fs.s3a.block.size': '1m',
}

const { objectStores, disk } = nodeEnvironment()
const store: ObjectStore = objectStores.open({
  endpoint,
  region: 'us-east-1',
  credentials: { type: 'keys', accessKey: 'AKEY', secretKey: SECRET, sessionToken: undefined },
  isPathStyle: true,
  maxAttempts: 2,
  connectTimeoutMs: 10_000,
  requestTimeoutMs: 10_000,
})

test.before(async () => {
  if (server !== undefined) await fetch(`${endpoint}/data`, { method: 'PUT' })
})
test.after.always(() => server?.stop())

serial(
  'every file passes through an object store, and its keys are in no log of events',
  async (t) => {
    const events = await disk.makeTemporaryDirectory('troupe-test-')
    t.teardown(() => disk.remove(events))
    const sc = await clusterOf(t, {
      ...conf,
      'spark.eventLog.enabled': 'true',
      'spark.eventLog.dir': events,
      'spark.eventLog.rolling.enabled': 'false',
      'spark.eventLog.compress': 'false',
    })
    await everyFile(t, sc, 's3a://data/every file')
    t.deepEqual(await store.uploads('data', ''), [])
    await sc.stop()
    const [log] = await disk.list(events)
    const told = Buffer.from(await disk.readFile(log?.path ?? '')).toString()
    t.true(told.includes('spark.hadoop.fs.s3a.endpoint'))
    t.false(told.includes(SECRET))
  },
)

serial('a part of several pieces is one object, and blocks of it are partitions', async (t) => {
  const sc = await clusterOf(t, conf)
  const long = sc.range(0, 120_000, 1, 1).map((i) => `${i} ${'y'.repeat(100)}`)
  await long.saveAsTextFile('s3a://data/long')
  const lines = sc.textFile('s3a://data/long', 1)
  const found = await store.head('data', 'long/part-00000')
  t.true((found?.sizeBytes ?? 0) > 12 << 20)
  t.true((await lines.getNumPartitions()) >= 12) // of a MiB each
  const length = (line: string): number => line.length
  t.is(await lines.map(length).sum(), await long.map(length).sum())
})

serial('the store tells pages, ranges, tags and uploads', async (t) => {
  for (const name of ['a', 'b', 'c/d', 'c/e', 'f']) {
    await store.put('data', `pages/${name}`, Buffer.from(name))
  }
  const found: string[] = []
  let from: string | undefined
  let pages = 0
  do {
    const page = await store.list('data', 'pages/', { delimiter: '/', from, limit: 2 })
    found.push(...page.objects.map(({ key }) => key), ...page.prefixes)
    from = page.next
    pages += 1
  } while (from !== undefined)
  t.deepEqual(found.sort(), ['pages/a', 'pages/b', 'pages/c/', 'pages/f'])
  t.true(pages > 1)
  const object = await store.head('data', 'pages/c/d')
  t.is(await store.head('data', 'pages/c'), undefined)
  if (object === undefined) return
  t.is(Buffer.from(await store.read('data', object, 1, 100)).toString(), '/d')
  await store.put('data', 'pages/c/d', Buffer.from('another'))
  await t.throwsAsync(store.read('data', object, 0, 1), {
    code: 'TROUPE_PLATFORM_FILE_UNREADABLE',
    message: /^s3a:\/\/data\/pages\/c\/d can't be read \(it was written anew while it was read\)/,
  })
  const id = await store.beginUpload('data', 'pages/g')
  t.deepEqual(await store.uploads('data', 'pages/'), [{ key: 'pages/g', id }])
  await store.abortUpload('data', 'pages/g', id)
  await store.abortUpload('data', 'pages/g', id)
  t.deepEqual(await store.uploads('data', 'pages/'), [])
  await store.copy('data', 'pages/a', 'pages/ü h')
  await store.remove('data', ['pages/a', 'pages/nowhere'])
  t.is((await store.head('data', 'pages/ü h'))?.sizeBytes, 1)
  t.is(await store.head('data', 'pages/a'), undefined)
})

serial('a bucket that is not there is told with the URL', async (t) => {
  const sc = await driverOf(t, conf)
  await t.throwsAsync(sc.textFile('s3a://nowhere/in').count(), {
    code: 'TROUPE_PLATFORM_FILE_UNREADABLE',
    message: /^s3a:\/\/nowhere\/.* can't be read \(NoSuchBucket: .*HTTP 404\)/,
  })
  const error = await t.throwsAsync(sc.parallelize(numbers, 2).saveAsTextFile('s3a://nowhere/out'))
  t.false(`${error.message} ${error.stack}`.includes(SECRET))
})

serial(
  'anonymous requests are not signed, others are; both stop at the bound of attempts',
  async (t) => {
    const asked: IncomingHttpHeaders[] = []
    const refusing = createServer((request, response) => {
      asked.push(request.headers)
      response.writeHead(503).end()
    })
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
    t.teardown(() => refusing.close())
    const url = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`
    const own = {
      ...conf,
      'spark.hadoop.fs.s3a.endpoint': url,
      'spark.hadoop.fs.s3a.attempts.maximum': '2',
    }
    const message = /^s3a:\/\/data\/in can't be read \(.*HTTP 503\)/
    const signed = await driverOf(t, own)
    await t.throwsAsync(signed.textFile('s3a://data/in').count(), { message })
    t.is(asked.length, 2)
    t.true(asked.every(({ authorization = '' }) => authorization.startsWith('AWS4-HMAC-SHA256')))
    asked.length = 0
    const nobody = await driverOf(t, {
      ...own,
      'spark.hadoop.fs.s3a.aws.credentials.provider':
        'org.apache.hadoop.fs.s3a.AnonymousAWSCredentialsProvider',
    })
    await t.throwsAsync(nobody.textFile('s3a://data/in').count(), { message })
    t.is(asked.length, 2)
    t.true(asked.every(({ authorization }) => authorization === undefined))
  },
)

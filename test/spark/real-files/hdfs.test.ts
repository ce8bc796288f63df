import test from 'ava'
import { bodyOf, nodeEnvironment } from '../../../src/platform/index.ts'
import { foreign } from '../../mesos/foreign/programs.ts'
import { clusterOf, driverOf, everyFile, numbers } from './every-file.ts'
import { serialWith, startServer } from './servers.ts'

const hdfs = await foreign('hdfs')
const serial = serialWith(hdfs)
const server = hdfs.ok ? await startServer('hdfs.mjs', '--datanodes=2') : undefined
const [web = '', root = ''] = server?.words ?? []
const address = web.replace('http://', '')
// Whoever started the namenode may do everything.
process.env['HADOOP_USER_NAME'] = 'root'

test.after.always(() => server?.stop())

serial('every file passes through a real HDFS, also of executors in other processes', async (t) => {
  const sc = await clusterOf(t, { 'spark.hadoop.dfs.namenode.http-address': address })
  await everyFile(t, sc, `${root}/every file`)
  t.is(await sc.textFile(`webhdfs://${address}/every file/text`).count(), numbers.length)
})

serial(
  'splits are blocks, read where they lie; paths without a scheme are of the default',
  async (t) => {
    const sc = await clusterOf(t, {
      'spark.hadoop.dfs.namenode.http-address': address,
      'spark.hadoop.fs.defaultFS': root,
    })
    await sc.parallelize(numbers, 1).saveAsTextFile('/blocks')
    const lines = sc.textFile('/blocks', 1)
    const partitions = await lines.partitions()
    t.true(partitions.length >= 3) // of a MiB each
    for (const split of partitions) {
      t.true(lines.getPreferredLocations(split).includes('127.0.0.1'), JSON.stringify(split))
    }
    t.deepEqual(await lines.collect(), numbers)
  },
)

serial(
  'what a user may not read, and may not write, fails with the URL and the reason',
  async (t) => {
    const sc = await driverOf(t, { 'spark.hadoop.dfs.namenode.http-address': address })
    await sc.parallelize(['one'], 1).saveAsTextFile(`${root}/closed`)
    const { http } = nodeEnvironment()
    const [host = '', port] = address.split(':')
    const target = '/webhdfs/v1/closed?op=SETPERMISSION&permission=700&user.name=root'
    const request = { method: 'PUT', target, headers: {}, body: new Uint8Array(0) }
    await bodyOf(await http.request({ host, port: Number(port) }, request))
    process.env['HADOOP_USER_NAME'] = 'bob'
    const ofBob = await driverOf(t, { 'spark.hadoop.dfs.namenode.http-address': address })
    process.env['HADOOP_USER_NAME'] = 'root'
    await t.throwsAsync(ofBob.textFile(`${root}/closed`).count(), {
      code: 'TROUPE_PLATFORM_FILE_UNREADABLE',
      message:
        /^hdfs:\/\/127\.0\.0\.1:\d+\/closed can't be read \(AccessControlException: Permission denied: user=bob/,
    })
    await t.throwsAsync(ofBob.parallelize([1], 1).saveAsTextFile(`${root}/mine`), {
      code: 'TROUPE_PLATFORM_FILE_UNWRITABLE',
      message:
        /\/mine\/_temporary can't be written \(AccessControlException: Permission denied: user=bob/,
    })
  },
)

serial('a namenode that is not there fails with the URL and its address', async (t) => {
  const sc = await driverOf(t, { 'spark.hadoop.dfs.namenode.http-address': '127.0.0.1:1' })
  await t.throwsAsync(sc.textFile(`${root}/closed`).count(), {
    code: 'TROUPE_PLATFORM_FILE_UNREADABLE',
    message: /\/closed can't be read \(127\.0\.0\.1:1 does not answer: ECONNREFUSED\)/,
  })
})

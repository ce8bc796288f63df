import { spawn } from 'node:child_process'
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { createInterface } from 'node:readline'
import test, { type ExecutionContext } from 'ava'

import { troupe } from '../../cli/command-line.ts'
import { inProject } from '../../mesos/foreign/programs.ts'
import { environment, until } from '../cluster/house.ts'

/** An address of this machine that others reach. */
const host = Object.values(networkInterfaces())
  .flat()
  .find((one) => one !== undefined && !one.internal && one.family === 'IPv4')?.address
const whereThereIsOne = host === undefined ? test.serial.skip : test.serial

const SECRET = 'a secret of this test'

const MAIN = `
import { SparkContext } from 'troupe/spark'
import { twice } from './library/twice.ts'
const sc = await SparkContext.create({ appName: 'typed' })
const sum: number = await sc
  .range(0, 100, 1, 4)
  .map((x: number): number => twice(x))
  .reduce((a: number, b: number) => a + b)
console.log(sum, sc.master, process.argv.slice(2).join(' '))
await sc.stop()
`

/** Starts a daemon of the cluster; resolves to what it says first. */
async function daemon(t: ExecutionContext, ...args: string[]): Promise<string> {
  const main = inProject('build/src/cli/main.js')
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise((resolve) => child.on('exit', resolve))
  t.teardown(async () => {
    child.kill('SIGTERM')
    await exited
  })
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve)
  })
}

whereThereIsOne(
  'a folder of TypeScript runs off loopback, in client mode and on a worker',
  async (t) => {
    t.timeout(120_000)
    const directory = await environment.disk.makeTemporaryDirectory('troupe-test-')
    t.teardown(() => environment.disk.remove(directory))
    const program = `${directory}/program`
    await mkdir(`${program}/library`, { recursive: true })
    await mkdir(`${program}/node_modules`)
    await symlink(inProject(''), `${program}/node_modules/troupe`)
    await writeFile(`${program}/package.json`, '{"type":"module","main":"main.ts"}')
    await writeFile(`${program}/main.ts`, MAIN)
    const twice = 'export function twice(x: number): number { return 2 * x }'
    await writeFile(`${program}/library/twice.ts`, twice)
    await writeFile(`${directory}/secret`, SECRET, { mode: 0o600 })
    const node = ['--host', host ?? '', '--secret-file', `${directory}/secret`]
    const said = await daemon(t, 'spark-master', ...node, '--port', '0', '--webui-port', '0')
    const [master = ''] = /spark:\/\/\S+/.exec(said) ?? []
    t.true(master.startsWith(`spark://${host ?? ''}:`), said)
    const work = `${directory}/work`
    await daemon(t, 'spark-worker', master, ...node, '-c', '2', '-m', '2G', '-d', work)
    const conf = {
      'spark.authenticate.secret': SECRET,
      'spark.executor.memory': '256m',
      'spark.testing.reservedMemory': '0',
      'spark.standalone.submit.waitAppCompletion': 'true',
    }
    const set = Object.entries(conf).flatMap(([key, value]) => ['--conf', `${key}=${value}`])
    const submit = ['spark-submit', '--master', master, ...set]
    const own = ['--conf', `spark.driver.host=${host ?? ''}`]
    const client = await troupe(...submit, ...own, program, 'a', 'b')
    t.is(client.stdout, `9900 ${master} a b\n`, client.stderr)
    const cluster = await troupe(...submit, '--deploy-mode', 'cluster', program, 'c')
    t.is(cluster.code, 0, cluster.stderr)
    await until(async () => (await readdir(work)).some((name) => name.startsWith('driver-')))
    const [driver = ''] = (await readdir(work)).filter((name) => name.startsWith('driver-'))
    t.is(await readFile(`${work}/${driver}/stdout`, 'utf8'), `9900 ${master} c\n`)
  },
)

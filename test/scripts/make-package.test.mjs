import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import test from 'ava'

import { filesUnder } from '../../scripts/files.mjs'
import { makePackage } from '../../scripts/make-package.mjs'

/** Inside the build, so that what the package depends on is found. */
const build = fileURLToPath(new URL('../../build/', import.meta.url))

/** Runs a module of the package, outside of the suite's coverage. */
const run = (folder, args, options = {}) => {
  const env = { ...process.env, NODE_OPTIONS: '' }
  delete env.NODE_V8_COVERAGE
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env, ...options })
}

/** What a program imports is what its functions find on executors, and in their threads. */
const program = `
import { HashPartitioner, SparkContext, TaskContext } from 'troupe/spark'
import { Scale } from './scale.mjs'

const [master] = process.argv.slice(2)
const sc = await SparkContext.create({ master, appName: 'packed' })
const words = sc.broadcast(['a', 'b'])
const by = 3
const sums = await sc
  .parallelize([1, 2, 3, 4], 2)
  .map((n) => [words.value[n % 2], new Scale(by).of(n) + 100 * TaskContext.get().partitionId])
  .partitionBy(new HashPartitioner(2))
  .reduceByKey((a, b) => a + b)
  .collect()
const failed = await sc.parallelize([1], 1).map(() => { throw new Error('as the user says') }).count().catch((error) => error)
await sc.stop()
console.log(JSON.stringify({ sums: sums.sort(), code: failed.code, said: String(failed.cause?.stack ?? failed.cause) }))
`

const library = `
export class Scale {
  constructor(by) {
    this.by = by
  }
  of(n) {
    return this.by * n
  }
}
`

test.serial('the package is a few files that do what the build does', async (t) => {
  t.timeout(180_000)
  const folder = mkdtempSync(join(build, 'package-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  await makePackage(folder)

  const { exports, bin, scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  t.is(scripts, undefined)
  for (const { types, default: path } of Object.values(exports)) {
    if (path !== undefined)
      t.true(existsSync(join(folder, types)) && existsSync(join(folder, path)))
  }
  t.true(filesUnder(folder, 'build', /\.js$/).length < 150)

  mkdirSync(join(folder, 'own'))
  writeFileSync(join(folder, 'own', 'program.mjs'), program)
  writeFileSync(join(folder, 'own', 'scale.mjs'), library)
  for (const master of ['local[2]', 'local-cluster[1,1,512]']) {
    const { stdout, stderr } = run(folder, ['own/program.mjs', master])
    const { sums, code, said } = JSON.parse(stdout.trim().split('\n').at(-1) || stderr)
    t.deepEqual(sums, [
      ['a', 6 + 12 + 100],
      ['b', 3 + 9 + 100],
    ])
    t.is(code, 'TROUPE_SPARK_JOB_FAILED')
    t.regex(said, /as the user says\n[^]*program\.mjs:\d+/)
  }

  const troupe = bin.troupe
  const shell = run(folder, [troupe, 'spark-shell', '--master', 'local[1]'], {
    input: 'await sc.parallelize([1, 2, 3]).sum()\n',
  })
  t.regex(shell.stdout, /\b6\b/)
  const bank = run(folder, [troupe, 'simulate', 'bank', '--seed', '7'])
  t.is(bank.status, 0, bank.stdout + bank.stderr)
})

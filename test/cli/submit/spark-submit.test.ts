import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import test, { type ExecutionContext } from 'ava'

import { typeScriptLoaderUrl } from '../../../src/platform/index.ts'
import { gone, start, troupe, troupeIn } from '../command-line.ts'

const program = (name: string): string =>
  fileURLToPath(new URL(`../programs/${name}.js`, import.meta.url))
const submitted = program('submitted')

async function folder(t: ExecutionContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(made, { recursive: true }))
  return made
}

test('a program is run with flags, files and its own conf in their order, and its arguments are its own', async (t) => {
  const cwd = await folder(t)
  await mkdir(join(cwd, 'conf'))
  await writeFile(
    join(cwd, 'conf/spark-defaults.conf'),
    'spark.master local[7]\nspark.network.timeout 11s\nspark.stage.maxConsecutiveAttempts 2\n',
  )
  await writeFile(join(cwd, 'more.conf'), 'spark.network.timeout=12s\nspark.task.maxFailures=3\n')
  const args = ['-c', 'a=b', '--master', 'x', '--', '--help', 'two words', '']
  const { code, stdout, stderr } = await troupeIn(
    cwd,
    ...['spark-submit', '--master', 'local[2]', '-c', 'spark.authenticate.secret=hush'],
    ...['--conf=spark.app.name=other', '--name', 'named', '--properties-file', 'more.conf'],
    ...['--driver-memory', '600m', '--verbose', submitted, '5', ...args],
  )
  t.is(code, 5, stderr)
  t.deepEqual(JSON.parse(stdout), {
    master: 'local[2]',
    appName: 'named',
    maxTaskFailures: 7,
    maxStageAttempts: 2,
    networkTimeoutMs: 12_000,
    secret: 'hush',
    node: ['--max-old-space-size=600', '--import', typeScriptLoaderUrl],
    rest: args,
    sum: 6,
  })
  t.regex(stderr, /spark\.authenticate\.secret = \*+\(redacted\)/)
  t.false(stderr.includes('hush'))
})

test('the folder of a package is a program too; without flags it has its name and all cores', async (t) => {
  const cwd = await folder(t)
  await mkdir(join(cwd, 'app'))
  await writeFile(join(cwd, 'app/package.json'), '{"type":"module","main":"main.js"}')
  await writeFile(join(cwd, 'app/main.js'), `await import(${JSON.stringify(submitted)})\n`)
  const { code, stdout, stderr } = await troupeIn(cwd, 'spark-submit', 'app/')
  t.is(code, 0, stderr)
  const { master, appName, sum } = JSON.parse(stdout) as Record<string, unknown>
  t.deepEqual([master, appName, sum], ['local[*]', 'app', 6])
})

for (const [what, args, words] of [
  ['no program', [], /missing required argument 'program'/],
  ['a program that is not there', ['none.js'], /there is no program none\.js/],
  ['a flag that there is not', ['--supervised', 'a.js'], /unknown option '--supervised'/],
  ['a configuration without a value', ['-c', 'spark.cores.max', 'a.js'], /It is key=value/],
] as const) {
  test(`${what} is refused with the way out`, async (t) => {
    const { code, stderr } = await troupe('spark-submit', ...args)
    t.is(code, 2)
    t.regex(stderr, words)
  })
}

test('a key that does not exist is warned of with the nearest, and so is a flag for YARN', async (t) => {
  const { code, stderr } = await troupe(
    ...['spark-submit', '--num-executors', '2', '-c', 'spark.executor.memmory=1g', submitted],
  )
  t.is(code, 0)
  t.regex(stderr, /--num-executors is ignored/)
  t.regex(
    stderr,
    /no configuration key spark\.executor\.memmory.*did you mean spark\.executor\.memory\?/,
  )
})

test('SIGTERM is passed on: the program stops its context, and leaves no folder behind', async (t) => {
  const running = start({}, 'spark-submit', '--master', 'local[2]', program('waiting'))
  const [, pid = ''] = /running as (\d+)\./.exec(await running.until(/running as \d+\./)) ?? []
  running.kill('SIGTERM')
  t.is(await running.exit, 143)
  await gone(Number(pid))
  t.deepEqual(
    (await readdir(tmpdir())).filter((name) => name.includes(`-${pid}-`)),
    [],
  )
})

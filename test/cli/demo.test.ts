import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test from 'ava'

import { gone, start, troupe, troupeIn } from './command-line.ts'

const LIMIT_MS = 120_000

test.serial(
  'the demo loses an executor to SIGKILL, computes again what it held, and is right',
  async (t) => {
    t.timeout(LIMIT_MS)
    const { code, stdout, stderr } = await troupe('demo', 'wordcount', '--size-mb', '40')
    t.is(code, 0, stderr)
    t.regex(stdout, /executor \d+ \(pid \d+\) got SIGKILL/)
    t.regex(stdout, /→ (restart|escalate): /)
    t.regex(stdout, /What was computed again\n {2}map stage \d+: partitions? [\d, ]+/)
    t.regex(stdout, /What became of every message\n {2}driver: .*balanced/)
    t.notRegex(stdout, /OFF BY/)
    t.regex(stdout, /The result equals that of a plain, undisturbed count\.\n$/)
  },
)

test.serial('--no-chaos kills nothing and computes nothing again', async (t) => {
  t.timeout(LIMIT_MS)
  const { code, stdout } = await troupe('demo', 'wordcount', '--no-chaos', '--size-mb', '5')
  t.is(code, 0)
  t.notRegex(stdout, /SIGKILL/)
  t.regex(stdout, /What failed\n {2}nothing\n\nWhat was computed again\n {2}nothing/)
})

test.serial(
  'framework and cluster may speak v1 HTTP of Mesos as well, chaos and all',
  async (t) => {
    t.timeout(LIMIT_MS)
    const { code, stdout, stderr } = await troupe(
      ...['demo', 'wordcount', '--line', 'http', '--size-mb', '20'],
    )
    t.is(code, 0, stderr)
    t.regex(stdout, /frameworks come by http:/)
    t.regex(stdout, /executor \d+ \(pid \d+\) got SIGKILL/)
    t.regex(stdout, /The result equals that of a plain, undisturbed count\.\n$/)
  },
)

test.serial("the demo counts the user's own files, in one or several", async (t) => {
  t.timeout(LIMIT_MS)
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const files = ['a.txt', 'b.txt']
  await Promise.all(
    files.map((file) => writeFile(join(directory, file), 'ox and ox\nand cat\n'.repeat(10))),
  )
  const args = ['demo', 'wordcount', '--no-chaos', '--top', '2', ...files]
  const { code, stdout, stderr } = await troupeIn(directory, ...args)
  t.is(code, 0, stderr)
  t.regex(stdout, /\n40 {2}and\n40 {2}ox\n\n100 words, 3 different/)
})

test('an input file that is not there is refused before anything starts', async (t) => {
  const { code, stdout, stderr } = await troupe('demo', 'wordcount', '/no/such/file.txt')
  t.is(code, 1)
  t.is(stdout, '')
  t.regex(stderr, /^troupe: .*\/no\/such\/file\.txt.*\(TROUPE_SPARK_INPUT_MISSING\)\n$/)
})

test.serial('a text without words is counted, too', async (t) => {
  t.timeout(LIMIT_MS)
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  await writeFile(join(directory, 'empty.txt'), '')
  const { code, stdout, stderr } = await troupeIn(directory, 'demo', 'wordcount', 'empty.txt')
  t.is(code, 0, stderr)
  t.regex(stdout, /There is no word in it\.\n\n0 words, 0 different/)
})

test.serial('the words of a directory are counted, in any script', async (t) => {
  t.timeout(LIMIT_MS)
  const directory = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(directory, { recursive: true }))
  await writeFile(join(directory, 'a'), 'Größe, größe\r\n漢字')
  await writeFile(join(directory, 'b'), '漢字 漢字\n')
  const { code, stdout, stderr } = await troupe('demo', 'wordcount', '--no-chaos', directory)
  t.is(code, 0, stderr)
  t.regex(stdout, /2 files\)\n/)
  t.regex(stdout, /\n3 {2}漢字\n2 {2}größe\n\n5 words, 2 different/)
})

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test.serial(`a demo that ends by ${signal} leaves no process behind`, async (t) => {
    t.timeout(LIMIT_MS)
    const temporary = await mkdtemp(join(tmpdir(), 'troupe-test-'))
    t.teardown(() => rm(temporary, { recursive: true }))
    const demo = start({ TMPDIR: temporary }, 'demo', 'wordcount', '--size-mb', '40')
    const said = await demo.until(/look inside/)
    const pids = [...said.matchAll(/\(pid (\d+)\)/g)].map(([, pid]) => Number(pid))
    t.is(pids.length, 3)
    demo.kill(signal)
    t.is(await demo.exit, signal === 'SIGINT' ? 130 : signal)
    for (const pid of pids) await gone(pid)
    if (signal === 'SIGINT') t.deepEqual(await readdir(temporary), [])
  })
}

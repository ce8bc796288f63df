import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test from 'ava'

import { troupe, troupeIn } from './command-line.ts'

const LIMIT_MS = 120_000

test.serial(
  'the demo loses an executor to SIGKILL, computes again what it held, and is right',
  async (t) => {
    t.timeout(LIMIT_MS)
    const { code, stdout, stderr } = await troupe('demo', 'wordcount', '--size-mb', '40')
    t.is(code, 0, stderr)
    t.regex(stdout, /executor \d+ \(pid \d+\) got SIGKILL/)
    t.regex(stdout, /→ (restart|escalate): /)
    t.regex(stdout, /What was computed again\n {2}map stage \d+: partitions [\d, ]+/)
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
  t.regex(stderr, /^troupe: .*\/no\/such\/file\.txt.*\(TROUPE_PLATFORM_FILE_UNREADABLE\)\n$/)
})

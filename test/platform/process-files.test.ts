import { linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { isTroupeError, nodeEnvironment } from '../../src/platform/index.ts'

const { processes } = nodeEnvironment()
const onUnix = process.platform === 'win32' ? test.skip : test

const PLACES: Readonly<Record<string, (from: string, path: string) => void>> = {
  'a link': (from, path) => symlinkSync(from, path),
  "another's file": (from, path) => linkSync(from, path),
  'a pipe that nobody reads': (_, path) => void execFileSync('mkfifo', [path]),
}

for (const [what, put] of Object.entries(PLACES)) {
  onUnix(
    `nothing is written through ${what} where output is to go, nor the word of an end`,
    async (t) => {
      const directory = mkdtempSync(join(tmpdir(), 'troupe-files-'))
      t.teardown(() => rmSync(directory, { recursive: true }))
      const precious = join(directory, 'precious')
      writeFileSync(precious, 'as it was')
      const path = join(directory, 'stdout')
      put(precious, path)
      const plain = { command: 'echo', args: ['overwritten'], directory }
      for (const files of [{ stdout: path }, { exitFile: path }]) {
        const error = await t.throwsAsync(processes.start({ ...plain, ...files }))
        t.true(isTroupeError(error))
      }
      t.is(readFileSync(precious, 'utf8'), 'as it was')
    },
  )
}

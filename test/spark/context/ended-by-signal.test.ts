import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

import test from 'ava'

const program = fileURLToPath(new URL('./programs/endless.js', import.meta.url))

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`a driver that is ended by ${signal} leaves no folder behind`, async (t) => {
    t.timeout(60_000)
    const driver = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise<number | null>((resolve) => driver.once('exit', resolve))
    const left = async (): Promise<string[]> =>
      (await readdir(tmpdir())).filter((name) => name.includes(`-${driver.pid}-`))
    await new Promise((resolve) => driver.stdout.once('data', resolve))
    t.is((await left()).length, 1)
    driver.kill(signal)
    t.is(await ended, code)
    t.deepEqual(await left(), [])
  })
}

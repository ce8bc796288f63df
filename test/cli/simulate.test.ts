import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import test, { type ExecutionContext } from 'ava'

import { scenarios } from '../../src/cli/scenarios/index.ts'
import { troupe } from './command-line.ts'

/** A module whose scenario fails. */
const early = fileURLToPath(new URL('programs/early-store.js', import.meta.url))

/** The source of a scenario of a user's own, with this in place of the sound field. */
const source = (fields: string): string => `export default {
  name: 'own', description: 'a scenario of their own', limitMs: 5_000,
  faults: { atMost: 2, withinMs: [0, 20], kinds: [{ type: 'freeze', node: 'nobody-*', forMs: [1, 5] }] },
  start: (stage) => ({ run: () => stage.pause(200), stop: async () => {} }),
  ${fields}
}`

async function folder(t: ExecutionContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'troupe-simulate-'))
  t.teardown(() => rm(path, { recursive: true, force: true }))
  return path
}

test('simulate --list names the shipped scenarios', async (t) => {
  const { code, stdout } = await troupe('simulate', '--list')
  t.is(code, 0)
  for (const { name } of scenarios) t.regex(stdout, new RegExp(`^${name} {2}`, 'm'))
})

for (const { name } of scenarios) {
  test(`the scenario ${name} holds, and in two processes its trace is the same`, async (t) => {
    const [one, two] = await Promise.all([
      troupe('simulate', name, '--seed', '3'),
      troupe('simulate', name, '--seed', '3'),
    ])
    t.is(one.code, 0, one.stdout + one.stderr)
    t.regex(one.stdout, /seed 3: held under .* trace [0-9a-f]{16}/)
    t.is(two.stdout, one.stdout)
  })
}

test('simulate runs seed after seed and tells how fast', async (t) => {
  const { code, stdout } = await troupe('simulate', 'bank', '--seeds', '5', '--from', '40')
  t.is(code, 0)
  t.regex(stdout, /^bank: 5 seeds held, from 40 on, \d+ a minute$/m)
})

test('a failing seed exits with 1, tells its fewest faults and its last moments, and can be run again', async (t) => {
  const path = await folder(t)
  const page = join(path, 'page.html')
  const first = await troupe('simulate', early, '--seeds', '200', '--html', page)
  t.is(first.code, 1, first.stdout + first.stderr)
  t.regex(first.stdout, /VIOLATED\n {2}the result is that of the undisturbed run/)
  t.regex(first.stdout, /drew \d+ faults?; 1 is enough/)
  t.regex(first.stdout, /cut the power of store/)
  t.regex(await readFile(page, 'utf8'), /^<!doctype html>[^]*<svg/)
  const [, seed] = /--seed (\d+)/.exec(first.stdout) ?? []
  const again = await troupe('simulate', early, '--seed', seed ?? '')
  t.is(again.code, 1)
  const [, data] = /As data, for --faults:\n {2}(.*)/.exec(first.stdout) ?? []
  await writeFile(join(path, 'faults.json'), data ?? '')
  const faults = join(path, 'faults.json')
  const replayed = await troupe('simulate', early, '--seed', seed ?? '', '--faults', faults)
  t.is(replayed.code, 1)
  const sound = await troupe('simulate', early, '--seed', '1', '--faults', early)
  t.is(sound.code, 2)
  t.regex(sound.stderr, /TROUPE_SCENARIO_FAULTS/)
})

test('a command line that is not understood exits with 2, an unknown scenario with its names', async (t) => {
  t.is((await troupe('simulate')).code, 2)
  t.is((await troupe('simulate', 'bank', '--for', 'ever')).code, 2)
  t.is((await troupe('simulate', 'bank', '--seed', '-1')).code, 2)
  const unknown = await troupe('simulate', 'brank')
  t.is(unknown.code, 2)
  for (const { name } of scenarios) t.true(unknown.stderr.includes(name))
  t.regex(unknown.stderr, /TROUPE_SCENARIO_UNKNOWN/)
})

test('simulate names the kinds of faults that never were in effect', async (t) => {
  const module = join(await folder(t), 'own.mjs')
  await writeFile(module, source(''))
  const { code, stdout } = await troupe('simulate', module, '--seeds', '3')
  t.is(code, 0)
  t.regex(stdout, /0 of \d faults were in effect\n {2}freeze nobody-\*: drawn \d times, never/)
})

test('a module with a scenario that is wrong exits with 2 and names the field; one that fails by itself with 1 and its place', async (t) => {
  const path = await folder(t)
  const run = async (name: string, text: string): ReturnType<typeof troupe> => {
    const module = join(path, `${name}.mjs`)
    await writeFile(module, text)
    return troupe('simulate', module, '--seeds', '2')
  }
  const bounds = await run('bounds', source('faults: { kinds: [] },'))
  t.is(bounds.code, 2)
  t.regex(bounds.stderr, /faults\.atMost .*TROUPE_SIMULATION_SCENARIO/)
  const unloadable = await run('unloadable', 'throw new Error("at load")')
  t.is(unloadable.code, 2)
  t.regex(unloadable.stderr, /at load.*\n +at .*unloadable\.mjs/)
  const failing = await run('failing', source('start: () => { throw new Error("boom") },'))
  t.is(failing.code, 1)
  t.regex(failing.stderr, /under seed 1.* in its start: boom.*\n +at .*failing\.mjs/)
})

test('a flag that would be of no effect is refused', async (t) => {
  t.is((await troupe('simulate', 'bank', '--trace')).code, 2)
  t.is((await troupe('simulate', 'bank', '--seed', '1', '--for', '5s')).code, 2)
})

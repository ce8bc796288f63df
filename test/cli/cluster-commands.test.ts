import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import test, { type ExecutionContext } from 'ava'

import { troupe } from './command-line.ts'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

interface Master {
  readonly child: ChildProcess
  readonly line: string
  readonly door: string
}

async function start(t: ExecutionContext, ...args: readonly string[]): Promise<Master> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  })
  let said = ''
  const last = args[0] === 'master' ? /and on http:\S+/ : /listens on \S+/
  while (!last.test(said)) {
    const [part] = (await once(child.stdout, 'data')) as [Buffer]
    said += part.toString()
  }
  const line = /listens on (\S+)/.exec(said)?.[1] ?? ''
  return { child, line, door: /http:\/\/(\S+)/.exec(said)?.[1] ?? '' }
}

test('a master that is killed comes back with its agents and weights, and a larger epoch', async (t) => {
  const work = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(work, { recursive: true }))
  const flags = ['master', '--port=0', `--work_dir=${join(work, 'master')}`]
  const first = await start(t, ...flags)
  await start(
    t,
    ...['agent', '--port=0', '--master', first.line, '--resources', 'cpus:2;mem:64'],
    ...['--work-dir', join(work, 'agent')],
  )
  let agents = await troupe('agents', '--master', first.door)
  for (let tries = 0; tries < 50 && agents.stdout === 'no agents\n'; tries++) {
    agents = await troupe('agents', '--master', first.door)
  }
  t.regex(agents.stdout, /^agent +hostname +active +cpus used +mem used +disk used\n\S+-S0 .* yes/)
  const set = await fetch(`http://${first.door}/weights`, {
    method: 'PUT',
    body: JSON.stringify([{ role: 'heavy', weight: 2.5 }]),
  })
  t.is(set.status, 200)
  const killed = once(first.child, 'exit')
  first.child.kill('SIGKILL')
  await killed
  const second = await start(t, ...flags)
  const roles = await troupe('roles', '--master', second.door)
  t.regex(roles.stdout, /\nheavy +2\.5 /)
  const taken = await troupe(...flags)
  t.is(taken.code, 1)
  t.regex(taken.stderr, /is that of the master with process id/)
})

test('state, tasks and offers of a cluster are shown, and said where there are none', async (t) => {
  const { door } = await start(t, 'master', '--port=0')
  const state = await troupe('state', '--master', `http://${door}`)
  t.regex(state.stdout, /^master +\S+ on 127.0.0.1, version 1\.11\.0\nagents +0, 0 active\n/)
  t.is((await troupe('tasks', '--master', door)).stdout, 'no tasks\n')
  t.is((await troupe('offers', '--master', door)).stdout, 'no offers\n')
  const json = await troupe('tasks', '--master', door, '--json')
  t.deepEqual(JSON.parse(json.stdout), { tasks: [] })
})

test('what is no master is refused with its code', async (t) => {
  const { stderr, code } = await troupe('state', '--master', 'http://a/b')
  t.is(code, 1)
  t.regex(stderr, /TROUPE_MESOS_URL_INVALID/)
})

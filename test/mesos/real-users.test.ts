import { statSync } from 'node:fs'
import test from 'ava'
import type { TaskStatus } from '../../src/mesos/index.ts'
import { environment, start, type World } from './real-cluster.ts'

const isRoot = process.getuid?.() === 0 && process.platform === 'linux'
if (!isRoot) console.log('skipped: commands as other users: this is not root on Linux')
const asRoot = isRoot ? test : test.skip

const NOBODY = 65_534

async function last({ events }: World): Promise<TaskStatus> {
  for (;;) {
    const { status } = (await events.next('UPDATE')).update
    if (!['TASK_STARTING', 'TASK_RUNNING'].includes(status.state)) return status
  }
}

/** Runs until a file `go` is in its sandbox. */
const WAITS = 'id -un; while [ ! -e go ]; do sleep 0.1; done'

async function runsAs(
  options: Omit<NonNullable<Parameters<typeof start>[1]>, 'run'> & { readonly own?: string },
  t: Parameters<typeof start>[0],
): Promise<readonly [string, string, number]> {
  const { own, ...rest } = options
  const command = { value: WAITS, ...(own !== undefined && { user: own }) }
  const world = await start(t, { ...rest, run: { command } })
  t.is(await world.events.update(), 'one TASK_STARTING')
  t.is(await world.events.update(), 'one TASK_RUNNING')
  const [executor] = (await world.agentState()).executors
  const { sandbox = '' } = executor ?? {}
  const { uid } = statSync(sandbox)
  await environment.disk.writeFile(`${sandbox}/go`, new Uint8Array())
  t.is((await last(world)).state, 'TASK_FINISHED')
  const out = `${sandbox}/stdout`
  t.is(statSync(out).uid, uid)
  const said = new TextDecoder().decode(await environment.disk.readFile(out))
  return [said.trim(), sandbox, uid]
}

asRoot('a command runs as the user of its framework, in a sandbox of that one', async (t) => {
  const [who, , uid] = await runsAs({ user: 'nobody' }, t)
  t.is(who, 'nobody')
  t.is(uid, NOBODY)
})

asRoot('a user that the command itself names goes before', async (t) => {
  const [who, , uid] = await runsAs({ user: 'daemon', own: 'nobody', checkpoint: true }, t)
  t.is(who, 'nobody')
  t.is(uid, NOBODY)
})

asRoot('root is root', async (t) => {
  const [who, , uid] = await runsAs({ user: 'root' }, t)
  t.is(who, 'root')
  t.is(uid, 0)
})

asRoot('a user that is not there loses the task, in the words of Mesos', async (t) => {
  for (const [user, capabilities, state] of [
    ['no-such-user-here', [], 'TASK_LOST'],
    // Not by its number: what is allowed is allowed to names.
    ['0', [{ type: 'PARTITION_AWARE' }], 'TASK_DROPPED'],
  ] as const) {
    const world = await start(t, { user, capabilities, run: { command: { value: 'true' } } })
    const status = await last(world)
    t.like(status, { state, source: 'SOURCE_AGENT', reason: 'REASON_EXECUTOR_TERMINATED' })
    const [where = '', why] = (status.message ?? '').split("': ", 2)
    t.regex(where, /^Failed to create executor directory '.*\/runs\/[^/]+$/)
    t.is(why, `Failed to chown directory to '${user}`)
    t.true(status.message?.endsWith(`: No such user '${user}'`))
  }
})

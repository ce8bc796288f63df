import { existsSync } from 'node:fs'
import test from 'ava'
import { rlimitOptions } from '../../../src/mesos/containerizer/rlimits.ts'
import type { RLimit } from '../../../src/mesos/protocol/index.ts'
import { RealContainers } from './rig.ts'

const limited = (...rlimits: readonly RLimit[]) =>
  ({ type: 'MESOS', rlimit_info: { rlimits } }) as const

test('limits are those of setrlimit, both bounds or none', (t) => {
  t.deepEqual(rlimitOptions(undefined), [])
  t.deepEqual(
    rlimitOptions(
      limited(
        { type: 'RLMT_NOFILE', soft: 100, hard: 200 },
        { type: 'RLMT_CORE' },
        { type: 'RLMT_FSIZE', soft: 0, hard: 0 },
      ),
    ),
    ['--nofile=100:200', '--core=unlimited', '--fsize=0:0'],
  )
  for (const bad of [
    { type: 'RLMT_NOFILE', soft: 1 },
    { type: 'RLMT_NOFILE', hard: 1 },
    { type: 'RLMT_NOFILE', soft: 1.5, hard: 2 },
    { type: 'RLMT_NOFILE', soft: -1, hard: 2 },
    { type: 'NOFILE; rm', soft: 1, hard: 1 },
  ]) {
    t.throws(() => rlimitOptions(limited(bad)), { code: 'TROUPE_MESOS_CONTAINER_UNSUPPORTED' })
  }
})

const why =
  process.platform !== 'linux'
    ? `this is ${process.platform}`
    : existsSync('/usr/bin/prlimit')
      ? undefined
      : 'there is no prlimit'
if (why !== undefined) console.log(`skipped: limits of processes: ${why}`)
const real = why === undefined ? test : test.skip
const container = limited({ type: 'RLMT_NOFILE', soft: 100, hard: 200 })
const ASKS = 'ulimit -Sn; ulimit -Hn'

real('a command has them with the isolator posix/rlimits, and without it not', async (t) => {
  const ask = async (isolation: string): Promise<string> => {
    const containers = await RealContainers.start({ isolation })
    t.teardown(() => containers.end())
    const run = containers.run(ASKS, { container })
    await run.next('container-exited')
    return run.output()
  }
  t.is(await ask('posix/cpu,posix/rlimits'), '100\n200\n')
  t.not(await ask('posix/cpu'), '100\n200\n')
})

const asRoot = why === undefined && process.getuid?.() === 0 ? test : test.skip

asRoot('so has one in namespaces', async (t) => {
  const isolation = 'cgroups/cpu,namespaces/pid,posix/rlimits'
  const containers = await RealContainers.start({ isolation })
  t.teardown(() => containers.end())
  const run = containers.run(ASKS, { container })
  await run.next('container-exited')
  t.is(await run.output(), '100\n200\n')
})

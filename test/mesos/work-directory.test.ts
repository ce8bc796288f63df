import test from 'ava'

import { memoryEnvironment } from '../../src/actors/testkit/index.ts'
import { claimWorkDirectory } from '../../src/mesos/index.ts'
import type { Environment } from '../../src/platform/index.ts'

test('of two agents on one work directory the second is refused, until the first has given it free', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const on = (name: string): Environment => world.environment(name, { machine: 'host' })
  const release = await world.until(claimWorkDirectory(on('a'), '/data'))
  const second = claimWorkDirectory(on('b'), '/data')
  const error = await world.until(
    t.throwsAsync(second, { code: 'TROUPE_MESOS_WORK_DIRECTORY_TAKEN' }),
  )
  t.true(error?.message.includes(`process id ${String(on('a').processes.pid)};`))
  t.regex(error?.message ?? '', /remove \/data\/agent\.pid$/)
  await t.notThrowsAsync(world.until(claimWorkDirectory(on('b'), '/other')))
  await world.until(release())
  await t.notThrowsAsync(world.until(claimWorkDirectory(on('b'), '/data')))
  await world.until(release())
  await t.throwsAsync(
    world.until(claimWorkDirectory(on('c'), '/data')),
    { code: 'TROUPE_MESOS_WORK_DIRECTORY_TAKEN' },
    'it is only given free by the one whose it is',
  )
})

test('what an agent that was killed has left in its work directory is taken over', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const on = (name: string): Environment => world.environment(name, { machine: 'host' })
  await world.until(claimWorkDirectory(on('a'), '/data'))
  world.kill('a')
  await t.notThrowsAsync(world.until(claimWorkDirectory(on('b'), '/data')))
})

test('a work directory that can not be made is refused with the reason', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const environment = world.environment('a', { machine: 'host' })
  await environment.disk.writeFile('/file', new Uint8Array(1))
  const error = await world.until(
    t.throwsAsync(claimWorkDirectory(environment, '/file/work'), {
      code: 'TROUPE_MESOS_WORK_DIRECTORY_UNUSABLE',
    }),
  )
  t.regex(error?.message ?? '', /can't work in \/file\/work: .*\/file.*--work-dir/)
  t.like(error, { cause: { code: 'TROUPE_PLATFORM_FILE_UNWRITABLE' } })
})

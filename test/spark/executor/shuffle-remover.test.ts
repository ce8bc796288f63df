import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test from 'ava'

import { nodeEnvironment, type Disk } from '../../../src/platform/index.ts'
import { ShuffleRemover } from '../../../src/spark/executor/shuffle-remover.ts'

const { disk } = nodeEnvironment()

test('hundreds of shuffles are removed in a few looks through their folder, and nothing else', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-shuffles-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const kept = ['shuffle_3000_0_0.data', 'shuffle_7_extra', 'rdd_9_0', 'shuffle_2_0_0.index']
  const shuffles = Array.from({ length: 400 }, (_, i) => i + 10)
  const outputs = shuffles.flatMap((id) => [`shuffle_${id}_0_0.data`, `shuffle_${id}_1_3.index`])
  for (const name of [...kept, ...outputs]) await writeFile(join(folder, name), '')
  let looks = 0
  const counting: Disk = {
    ...disk,
    list: (path) => {
      looks += 1
      return disk.list(path)
    },
  }
  const remover = new ShuffleRemover(counting, folder)
  const first = remover.remove(10)
  await Promise.all([first, ...shuffles.map((id) => remover.remove(id))])
  t.true(looks <= 2, `${looks} looks`)
  t.deepEqual((await readdir(folder)).sort(), kept.sort())
  await remover.remove(7)
  t.deepEqual(
    (await readdir(folder)).sort(),
    kept.filter((name) => !/shuffle_7_/.test(name)).sort(),
  )
})

test('a look that fails is told to those who waited for it, and the next goes on', async (t) => {
  const remover = new ShuffleRemover(disk, join(tmpdir(), 'troupe-no-such-folder'))
  await t.throwsAsync(remover.remove(1))
  const folder = await mkdtemp(join(tmpdir(), 'troupe-shuffles-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  let fails = true
  const failing: Disk = {
    ...disk,
    list: (path) => (fails ? disk.list(join(path, 'none')) : disk.list(path)),
  }
  await writeFile(join(folder, 'shuffle_1_0_0.data'), '')
  const second = new ShuffleRemover(failing, folder)
  await t.throwsAsync(second.remove(1))
  fails = false
  await second.remove(1)
  t.deepEqual(await readdir(folder), [])
})

import test from 'ava'

import { nodeEnvironment, type Disk } from '../../src/platform/index.ts'

const { disk } = nodeEnvironment()
const atOnce = disk.atOnce as Disk

test('short and long accesses on the own thread leave what the pool reads, in the order of the calls', async (t) => {
  const directory = await atOnce.makeTemporaryDirectory('troupe-at-once-')
  t.teardown(() => disk.remove(directory))
  const path = `${directory}/a`
  const long = new Uint8Array(300_000).map((_, i) => i % 251)
  const file = await atOnce.create(`${path}.tmp`)
  void file.append(Buffer.from('first '))
  void file.append(long)
  await file.append(Buffer.from(' last'))
  await file.sync()
  await file.close()
  await atOnce.rename(`${path}.tmp`, path)
  const whole = Buffer.concat([Buffer.from('first '), long, Buffer.from(' last')])
  t.deepEqual(await disk.readFile(path), whole)
  t.deepEqual(await atOnce.readFile(path), whole)

  const reading = await atOnce.open(path)
  t.is(reading.sizeBytes, whole.length)
  t.is(Buffer.from(await reading.read(2, 4)).toString(), 'rst ')
  t.deepEqual(Buffer.from(await reading.read(1, 250_000)), whole.subarray(1, 250_001))
  t.is(Buffer.from(await reading.read(whole.length - 4, 100)).toString(), 'last')
  const room = new Uint8Array(300_000)
  for (const length of [10, 250_000]) {
    const into = await reading.read(3, length, room)
    t.is(into.buffer, room.buffer)
    t.deepEqual(Buffer.from(into), whole.subarray(3, 3 + length))
  }
  await reading.close()

  await atOnce.writeFile(path, Buffer.from('short'), { mode: 0o600 })
  await atOnce.addTo(path, Buffer.from('er'))
  t.is(Buffer.from(await disk.readFile(path)).toString(), 'shorter')
  t.is((await disk.describe(path))?.mode, 0o600)
})

test('its failures have the codes of the pool, and what is removed is a file, a tree or nothing', async (t) => {
  const directory = await atOnce.makeTemporaryDirectory('troupe-at-once-')
  t.teardown(() => disk.remove(directory))
  const unreadable = { code: 'TROUPE_PLATFORM_FILE_UNREADABLE' }
  const unwritable = { code: 'TROUPE_PLATFORM_FILE_UNWRITABLE' }
  await t.throwsAsync(atOnce.open(`${directory}/none`), unreadable)
  await t.throwsAsync(atOnce.open(directory), unreadable)
  await t.throwsAsync(atOnce.readFile(directory), unreadable)
  await t.throwsAsync(atOnce.create(`${directory}/no/file`), unwritable)
  await t.throwsAsync(atOnce.rename(`${directory}/none`, `${directory}/b`), unwritable)
  const file = await atOnce.create(`${directory}/a`)
  await file.close()
  await t.throwsAsync(file.append(new Uint8Array(1)), unwritable)

  await atOnce.makeDirectory(`${directory}/tree/deep`)
  for (const each of [atOnce, disk]) {
    await atOnce.writeFile(`${directory}/tree/deep/a`, new Uint8Array(1))
    await each.remove(`${directory}/tree/deep/a`)
    await each.remove(`${directory}/tree/deep/a`)
    t.deepEqual(await disk.list(`${directory}/tree/deep`), [])
  }
  await atOnce.remove(`${directory}/tree`)
  t.is(await disk.stat(`${directory}/tree`), undefined)
})

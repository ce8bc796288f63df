import { faults } from '../../../src/actors/testkit/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import type { Disk, PlatformError } from '../../../src/platform/index.ts'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { both } from './both.ts'
import type { Place } from './both.ts'

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7)

async function folder(place: Place): Promise<{ readonly disk: Disk; readonly path: string }> {
  const { disk } = place.environment('store')
  return { disk, path: await disk.makeTemporaryDirectory('troupe-faults-') }
}

async function refused(t: ExecutionContext, work: Promise<unknown>): Promise<unknown> {
  const error = await t.throwsAsync<PlatformError>(work)
  return `${error?.code ?? ''} ${String(error?.data['reason'])}`
}

const NO_SPACE = 'TROUPE_PLATFORM_FILE_UNWRITABLE ENOSPC'
const UNWRITABLE = 'TROUPE_PLATFORM_FILE_UNWRITABLE EIO'
const UNREADABLE = 'TROUPE_PLATFORM_FILE_UNREADABLE EIO'

both(
  'a full disk takes what still fits, then says so; it can be read and cleared',
  async (t, place) => {
    const { disk, path } = await folder(place)
    await using chaos = faults(place.targets())
    const fault = chaos.fillDisk('store', { freeBytes: 100 })
    const file = await disk.create(`${path}/log`)
    await file.append(bytes(60))
    t.is(await refused(t, file.append(bytes(60))), NO_SPACE)
    t.is(await refused(t, file.append(bytes(1))), NO_SPACE)
    await file.close()
    t.is(await refused(t, disk.writeFile(`${path}/other`, bytes(5))), NO_SPACE)
    t.is((await disk.readFile(`${path}/log`)).byteLength, 100)
    t.is(fault.count, 3)
    fault.stop()
    await disk.writeFile(`${path}/other`, bytes(5))
    t.is((await disk.stat(`${path}/other`))?.sizeBytes, 5)
    await disk.remove(path)
  },
)

both('only the folder that was named is full', async (t, place) => {
  const { disk, path } = await folder(place)
  await disk.makeDirectory(`${path}/a`)
  await disk.makeDirectory(`${path}/ab`)
  await using chaos = faults(place.targets())
  chaos.fillDisk('store', { path: `${path}/a` })
  await disk.writeFile(`${path}/ab/x`, bytes(5))
  t.is(await refused(t, disk.writeFile(`${path}/a/x`, bytes(5))), NO_SPACE)
  await disk.remove(path)
})

both('a broken disk fails the nth of its operations, or all', async (t, place) => {
  const { disk, path } = await folder(place)
  await disk.writeFile(`${path}/x`, bytes(5))
  await using chaos = faults(place.targets())
  chaos.failDisk('store', { operation: 'read', nth: 2 })
  await disk.readFile(`${path}/x`)
  t.is(await refused(t, disk.readFile(`${path}/x`)), UNREADABLE)
  const open = await disk.open(`${path}/x`)
  const all = chaos.failDisk('store')
  t.is(await refused(t, open.read(0, 5)), UNREADABLE)
  t.is(await refused(t, disk.rename(`${path}/x`, `${path}/y`)), UNWRITABLE)
  t.is(await refused(t, disk.makeDirectory(`${path}/z`)), UNWRITABLE)
  all.stop()
  t.is((await open.read(0, 5)).byteLength, 5)
  await open.close()
  const file = await disk.create(`${path}/z`)
  chaos.failDisk('store', { operation: 'sync' })
  await file.append(bytes(3))
  t.is(await refused(t, file.sync()), UNWRITABLE)
  await file.close()
  chaos.expectAllFired()
  await disk.remove(path)
})

both('a slow disk takes its time and keeps the order', async (t, place) => {
  const { disk, path } = await folder(place)
  const { clock } = place.environment('store')
  const file = await disk.create(`${path}/log`)
  await using chaos = faults(place.targets())
  const fault = chaos.slowDisk('store', 40, { operation: 'write' })
  const startMs = clock.now()
  const first = file.append(bytes(1))
  fault.stop()
  const second = file.append(new Uint8Array([8]))
  await second
  await first
  t.true(clock.now() - startMs >= 39)
  await file.close()
  t.deepEqual([...(await disk.readFile(`${path}/log`))], [7, 8])
  await disk.remove(path)
})

both('of a torn write a part gets to the file', async (t, place) => {
  const { disk, path } = await folder(place)
  const file = await disk.create(`${path}/log`)
  await using chaos = faults(place.targets())
  chaos.tearWrite('store', { nth: 2, keepRatio: 0.25 })
  await file.append(bytes(40))
  t.is(await refused(t, file.append(bytes(40))), UNWRITABLE)
  await file.append(bytes(1))
  await file.close()
  t.is((await disk.readFile(`${path}/log`)).byteLength, 51)
  await disk.remove(path)
})

both('a wall clock jumps and jumps back; timers do not care', async (t, place) => {
  const { clock } = place.environment('store')
  await using chaos = faults(place.targets())
  const off = (): number =>
    Math.round((clock.wallNow() - startWallMs - clock.now() + startMs) / 1000)
  const startWallMs = clock.wallNow()
  const startMs = clock.now()
  const fault = chaos.skewClock('store', -3_600_000)
  t.is(off(), -3600)
  const woken = new Promise<void>((resolve) => void clock.setTimer(5, resolve))
  await woken
  fault.stop()
  t.true(off() === 0)
})

test('a disk that is really full says the same', async (t) => {
  const { disk } = nodeEnvironment()
  // Linux has a device for it.
  const isThere = (await disk.stat('/dev/full')) !== undefined
  const says = isThere ? await refused(t, disk.writeFile('/dev/full', bytes(5))) : NO_SPACE
  t.is(says, NO_SPACE)
})

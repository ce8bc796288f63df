import test from 'ava'

import { memoryEnvironment, type Disk } from '../../../../src/platform/index.ts'
import { openSplit } from '../../../../src/spark/rdd/files/index.ts'

test('a file that becomes shorter while it is read fails the read, and gives no short end', async (t) => {
  const disk = memoryEnvironment().disk('main')
  await disk.writeFile('/in', new Uint8Array(1000))
  let lengthBytes = 1000
  const cut: Disk = {
    ...disk,
    open: async (path) => {
      const file = await disk.open(path)
      return {
        ...file,
        sizeBytes: 1000,
        read: (offset, length) =>
          file.read(offset, Math.max(0, Math.min(length, lengthBytes - offset))),
      }
    },
  }
  const split = { path: '/in', startBytes: 0, endBytes: 1000 }
  const file = await openSplit(cut, split)
  t.is((await file.read(0, 400)).length, 400)
  t.is((await file.read(900, 400)).length, 100)
  lengthBytes = 600
  await t.throwsAsync(file.read(400, 400), {
    code: 'TROUPE_SPARK_INPUT_CHANGED',
    message: /^Input \/in ends at 600 bytes and had 1000/,
  })
  await t.throwsAsync(file.read(800, 100), { code: 'TROUPE_SPARK_INPUT_CHANGED' })
})

import test from 'ava'

import { SyncAhead } from '../../src/platform/node/sync-ahead.ts'

const MANY = 8 << 20

/** A disk whose syncs end when they are told to. */
function gatedSyncs(): {
  readonly sync: () => Promise<void>
  readonly begun: { resolve: () => void; reject: (error: Error) => void }[]
} {
  const begun: { resolve: () => void; reject: (error: Error) => void }[] = []
  const sync = (): Promise<void> =>
    new Promise((resolve, reject) => void begun.push({ resolve, reject }))
  return { sync, begun }
}

test('a few bytes are synced at the end only', async (t) => {
  const { sync, begun } = gatedSyncs()
  const ahead = new SyncAhead(sync)
  ahead.appended(1000)
  await ahead.settled()
  t.is(begun.length, 0)
  const synced = ahead.sync()
  await Promise.resolve()
  begun[0]?.resolve()
  await synced
  t.is(begun.length, 1)
})

test('one sync is under way at a time, and the last one waits for it', async (t) => {
  const { sync, begun } = gatedSyncs()
  const ahead = new SyncAhead(sync)
  ahead.appended(MANY)
  ahead.appended(MANY)
  t.is(begun.length, 1)
  const synced = ahead.sync()
  let isSettled = false
  const settled = ahead.settled().then(() => (isSettled = true))
  await Promise.resolve()
  t.false(isSettled)
  t.is(begun.length, 1)
  begun[0]?.resolve()
  await settled
  begun[1]?.resolve()
  await synced
  t.is(begun.length, 2)
})

test('what the disk said while bytes were appended is told by the sync at the end, which asks no more', async (t) => {
  const { sync, begun } = gatedSyncs()
  const ahead = new SyncAhead(sync)
  ahead.appended(MANY)
  begun[0]?.reject(new Error('EIO'))
  await ahead.settled()
  await t.throwsAsync(ahead.sync(), { message: 'EIO' })
  t.is(begun.length, 1)
})

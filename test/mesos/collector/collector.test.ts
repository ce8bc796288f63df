import test from 'ava'
import fc from 'fast-check'
import { testSystem, type TestSystem } from '../../../src/actors/testkit/index.ts'
import {
  collectorBehavior,
  newCollectorAccount,
  type CollectorMessage,
} from '../../../src/mesos/collector/index.ts'
import { dueOf, mostAgeMs, topmost, without } from '../../../src/mesos/collector/schedule.ts'
import { PersistentMap } from '../../../src/mesos/persistent-map.ts'
import type { ActorRef } from '../../../src/actors/index.ts'

const DAY = 86_400_000
const WEEK = 7 * DAY

const ages: readonly (readonly [used: number, headroom: number, days: number])[] = [
  [0, 0.1, 6.3],
  [0.5, 0.1, 2.8],
  [0.9, 0.1, 0],
  [1, 0.1, 0],
  [0.5, 0, 3.5],
]
for (const [used, headroom, days] of ages) {
  test(`with ${used} of the disk taken and ${headroom} to be free, sandboxes get ${days} days old`, (t) => {
    t.is(Math.round((mostAgeMs(WEEK, headroom, used) / DAY) * 10) / 10, days)
  })
}

test('due is what is as old as it may get', (t) => {
  const schedule = PersistentMap.of([
    ['/b', 100 + WEEK],
    ['/a', WEEK],
  ])
  t.deepEqual(dueOf(schedule, WEEK - 1, WEEK, WEEK), [])
  t.deepEqual(dueOf(schedule, WEEK, WEEK, WEEK), ['/a'])
  t.deepEqual(dueOf(schedule, DAY + 100, WEEK, DAY), ['/a', '/b'])
  t.deepEqual(dueOf(schedule, 100, WEEK, 0), ['/a', '/b'])
})

test('what is removed is removed with all below it, once', (t) => {
  const name = fc.constantFrom('a', 'b', 'c')
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`)
  fc.assert(
    fc.property(fc.array(path), fc.array(path), (all, gone) => {
      const schedule = PersistentMap.of(all.map((one) => [one, 0] as const))
      const isGone = (one: string): boolean =>
        gone.some((other) => one === other || one.startsWith(`${other}/`))
      const kept = [...without(schedule, gone).keys()].sort()
      const tops = topmost([...new Set(gone)])
      return (
        kept.join() ===
          [...new Set(all)]
            .filter((one) => !isGone(one))
            .sort()
            .join() &&
        tops.every((one) => !tops.some((other) => one.startsWith(`${other}/`))) &&
        gone.every((one) => tops.some((top) => one === top || one.startsWith(`${top}/`)))
      )
    }),
  )
  t.pass()
})

const AGENT = '/data/slaves/S1'
const runs = (executor: string): string => `${AGENT}/frameworks/F/executors/${executor}/runs`

class Rig {
  readonly kit: TestSystem = testSystem()
  readonly disk = this.kit.world.disk()

  readonly account = newCollectorAccount()

  collector(): ActorRef<CollectorMessage> {
    return this.kit.spawn(collectorBehavior({ workDir: '/data', account: this.account }))
  }

  async make(...paths: readonly string[]): Promise<void> {
    for (const path of paths) await this.kit.until(this.disk.makeDirectory(path))
  }

  /** Which of these are there. */
  async there(...paths: readonly string[]): Promise<readonly boolean[]> {
    const found: boolean[] = []
    for (const path of paths) {
      found.push((await this.kit.until(this.disk.stat(path))) !== undefined)
    }
    return found
  }
}

test('a sandbox goes a week after it was over, not after it was made', async (t) => {
  const rig = new Rig()
  const collector = rig.collector()
  const run = `${runs('e')}/1`
  await rig.make(run)
  collector.tell({ type: 'keep', path: run })
  await rig.kit.advance(8 * DAY)
  t.deepEqual(await rig.there(run), [true])
  collector.tell({ type: 'collect', path: run })
  await rig.kit.advance(6 * DAY)
  t.deepEqual(await rig.there(run), [true])
  t.deepEqual(rig.account, { pending: 1, succeeded: 0, failed: 0 })
  await rig.kit.advance(DAY)
  t.deepEqual(await rig.there(run, runs('e')), [false, true])
  t.deepEqual(rig.account, { pending: 0, succeeded: 1, failed: 0 })
})

test('what is in use stays, with all above it, however full the disk is', async (t) => {
  const rig = new Rig()
  const collector = rig.collector()
  const [old, living] = [`${runs('e')}/1`, `${runs('e')}/2`]
  await rig.make(old, living)
  collector.tell({ type: 'keep', path: living })
  for (const path of [old, `${AGENT}/frameworks/F`, '/elsewhere']) {
    collector.tell({ type: 'collect', path })
  }
  rig.kit.world.fillDisk('main')
  await rig.kit.advance(61_000)
  t.deepEqual(await rig.there(old, living), [false, true])
  collector.tell({ type: 'collect', path: living })
  await rig.kit.advance(61_000)
  t.deepEqual(await rig.there(`${AGENT}/frameworks/F`, AGENT), [false, true])
})

test('what one before it has left is found, with its age', async (t) => {
  const rig = new Rig()
  const old = '/data/slaves/S0/frameworks/G/executors/x/runs/1'
  const [over, living] = [`${runs('over')}/1`, `${runs('living')}/1`]
  await rig.make(old, over, living)
  await rig.kit.until(rig.disk.link(over, `${runs('over')}/latest`))
  await rig.kit.advance(3 * DAY)
  rig.collector().tell({ type: 'look-round', agentId: 'S1', sandboxes: [living] })
  await rig.kit.advance(3 * DAY)
  t.deepEqual(await rig.there(old, over, living), [true, true, true])
  await rig.kit.advance(DAY)
  t.deepEqual(await rig.there('/data/slaves/S0', `${AGENT}/frameworks/F/executors/over`, living), [
    false,
    false,
    true,
  ])
})

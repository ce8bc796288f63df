import test from 'ava'
import fc from 'fast-check'

import {
  DEFAULT_ALLOCATION,
  allocationState,
  allocationTransition,
  type AllocationSettings,
  type AllocationState,
  type Load,
} from '../../../src/spark/scheduler/allocation/index.ts'

const SECOND = 1_000

class Table {
  readonly state: AllocationState
  nowMs = 0
  pendingTasks = 0
  unschedulableSets = 0
  /** executor → tasks that it runs, and was given */
  readonly executors = new Map<string, { running: number; given: number }>()
  readonly caching = new Set<string>()
  readonly shuffles = new Map<string, 'active' | 'inactive'>()
  readonly slots: number

  constructor(settings: Partial<AllocationSettings> = {}, slots = 1) {
    this.state = allocationState({ ...DEFAULT_ALLOCATION, ...settings })
    this.slots = slots
  }

  add(...executorIds: readonly string[]): void {
    for (const executorId of executorIds) this.executors.set(executorId, { running: 0, given: 0 })
  }

  run(executorId: string, running: number): void {
    const given = (this.executors.get(executorId)?.given ?? 0) + running
    this.executors.set(executorId, { running, given })
  }

  after(ms: number): string[] {
    this.nowMs += ms
    const { pendingTasks, unschedulableSets, caching, shuffles, slots } = this
    const executors = [...this.executors].map(([executorId, one]) => ({
      executorId,
      slots,
      ...one,
    }))
    const tasks = { pendingTasks, unschedulableSets }
    const load: Load = { ...tasks, executors, caching, shuffles }
    const [, effects] = allocationTransition(this.state, load, slots, this.nowMs)
    return effects.map((effect) =>
      effect.type === 'retire' ? `retire ${effect.executorId}` : `total ${effect.total}`,
    )
  }
}

test('tasks that wait for a second bring 1, 2, 4 … more executors, never more than they need', (t) => {
  const table = new Table()
  table.pendingTasks = 10
  t.deepEqual(table.after(0), [])
  t.deepEqual(table.after(900), [])
  t.deepEqual(
    [100, 1000, 1000, 1000, 1000].map((ms) => table.after(ms)),
    [['total 1'], ['total 3'], ['total 7'], ['total 10'], []],
  )
  table.pendingTasks = 0
  t.deepEqual(table.after(100), ['total 0'])
})

test('what is asked for keeps within its bounds, its ratio, and the slots of an executor', (t) => {
  const bound = new Table({ maxExecutors: 4, minExecutors: 2 })
  t.is(bound.state.target, 2)
  bound.pendingTasks = 100
  const totals = [0, 1000, 1000, 1000].map((ms) => bound.after(ms).join())
  t.deepEqual(totals, ['', 'total 3', 'total 4', ''])
  bound.pendingTasks = 0
  t.deepEqual(bound.after(0), ['total 2'])

  const half = new Table({ allocationRatio: 0.5, backlogTimeoutMs: 1 }, 4)
  half.pendingTasks = 24
  const wanted = [0, 1, 1000, 1000].flatMap((ms) => half.after(ms))
  t.deepEqual(wanted, ['total 1', 'total 3'], '24 tasks, 4 at a time, half of that')
})

test('a stage whose tasks may run nowhere brings one executor more than there are', (t) => {
  const table = new Table()
  table.add('a', 'b')
  table.pendingTasks = 1
  t.deepEqual(table.after(0), [])
  t.deepEqual(table.after(1000), ['total 1'])
  table.unschedulableSets = 1
  t.deepEqual(
    [1000, 1000, 1000].flatMap((ms) => table.after(ms)),
    ['total 3'],
  )
})

test('the initial number stays until a task waits or an executor has been idle for too long', (t) => {
  const table = new Table({ initialExecutors: 3 })
  table.add('a', 'b', 'c')
  t.deepEqual(table.after(0), [])
  t.deepEqual(table.after(59 * SECOND), [])
  t.deepEqual(table.after(SECOND), ['total 0', 'retire a', 'retire b', 'retire c'])
})

test('an executor is idle from its last task on, also from one that came and went unseen', (t) => {
  const table = new Table()
  table.add('a')
  table.run('a', 1)
  t.deepEqual(table.after(100 * SECOND), [])
  table.run('a', 0)
  table.after(0)
  t.deepEqual(table.after(40 * SECOND), [])
  table.executors.set('a', { running: 0, given: 9 })
  t.deepEqual(table.after(30 * SECOND), [])
  t.deepEqual(table.after(60 * SECOND), ['retire a'])
})

test('executors stay for map outputs of jobs under way, and as long as they may for cached partitions and old outputs', (t) => {
  const table = new Table({ cachedIdleTimeoutMs: 100 * SECOND, shuffleTimeoutMs: 200 * SECOND })
  table.add('plain', 'cache', 'old', 'active', 'both')
  for (const executorId of ['cache', 'both']) table.caching.add(executorId)
  for (const executorId of ['old', 'both']) table.shuffles.set(executorId, 'inactive')
  table.shuffles.set('active', 'active')
  table.after(0)
  const ended = (ms: number): string[] => {
    const words = table.after(ms)
    for (const word of words) table.executors.delete(word.replace('retire ', ''))
    return words
  }
  t.deepEqual(ended(60 * SECOND), ['retire plain'])
  t.deepEqual(ended(40 * SECOND), ['retire cache'])
  t.deepEqual(ended(100 * SECOND), ['retire old', 'retire both'])
  t.deepEqual(ended(10_000 * SECOND), [])
  table.shuffles.clear()
  t.deepEqual(ended(SECOND), ['retire active'])

  const forever = new Table()
  forever.add('a')
  forever.caching.add('a')
  forever.after(0)
  t.deepEqual(forever.after(1e9), [])
})

test('whatever happens, what is asked for is within its bounds, and nobody is ended below them or while it works', (t) => {
  const steps = fc.array(
    fc.record({ ms: fc.nat(30_000), pending: fc.nat(20), busy: fc.nat(7), held: fc.nat(7) }),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(steps, fc.nat(3), fc.nat(5), (order, minExecutors, more) => {
      const maxExecutors = Math.max(1, minExecutors + more)
      const table = new Table({ minExecutors, maxExecutors })
      let next = 0
      for (const { ms, pending, busy, held } of order) {
        while (table.executors.size < table.state.target) table.add(`x${next++}`)
        table.pendingTasks = pending
        table.shuffles.clear()
        for (const [at, executorId] of [...table.executors.keys()].entries()) {
          table.run(executorId, (busy >> (at % 3)) & 1)
          if (((held >> (at % 3)) & 1) === 1) table.shuffles.set(executorId, 'active')
        }
        for (const word of table.after(ms)) {
          const [, what = ''] = word.split(' ')
          if (word.startsWith('total')) {
            t.true(Number(what) >= minExecutors && Number(what) <= maxExecutors)
            continue
          }
          t.is(table.executors.get(what)?.running, 0)
          t.false(table.shuffles.has(what))
          table.executors.delete(what)
          t.true(table.executors.size >= minExecutors)
        }
      }
    }),
    { numRuns: 200 },
  )
})

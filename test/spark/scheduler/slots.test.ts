import test from 'ava'
import fc from 'fast-check'

import { emptySlots, slotsTransition, type SlotsEvent } from '../../../src/spark/scheduler/index.ts'

class Table {
  readonly state = emptySlots()

  /** The offer that follows, as `set: executor free …`. */
  step(event: SlotsEvent): string | undefined {
    const [, [offer]] = slotsTransition(this.state, event)
    if (offer === undefined) return undefined
    return `${offer.taskSetId}: ${offer.slots.map(({ executorId, free }) => `${executorId}${free}`).join(' ')}`
  }

  add(executorId: string, slots: number): string | undefined {
    return this.step({ type: 'executor-added', executorId, host: 'h', slots })
  }

  want(taskSetId: string, jobId: number, stageId: number, wanted: number): string | undefined {
    return this.step({
      type: 'wanted',
      taskSetId,
      jobId,
      stageId,
      pool: 'default',
      wanted,
      isWhole: false,
    })
  }

  answer(
    taskSetId: string,
    wanted: number,
    ...used: readonly (readonly [string, number])[]
  ): string | undefined {
    return this.step({ type: 'answered', taskSetId, wanted, used })
  }
}

test('free slots go to the lowest job, then the lowest stage; what it leaves goes to the next', (t) => {
  const table = new Table()
  t.is(table.want('b', 1, 5, 2), undefined)
  t.is(table.want('a', 0, 9, 1), undefined)
  t.is(table.add('x', 2), 'a: x2')
  t.is(table.want('c', 0, 2, 1), undefined)
  t.is(table.answer('a', 0, ['x', 1]), 'c: x1')
  t.is(table.answer('c', 0, ['x', 1]), undefined)
  t.is(table.step({ type: 'released', executorId: 'x', taskSetId: 'a' }), 'b: x1')
})

test('a set that uses nothing is not asked again until something changes', (t) => {
  const table = new Table()
  table.want('a', 0, 0, 1)
  t.is(table.add('x', 1), 'a: x1')
  t.is(table.answer('a', 1), undefined)
  t.is(table.add('y', 3), 'a: y3 x1')
})

test('slots that come free while a set is asked are offered to it after its answer', (t) => {
  const table = new Table()
  table.add('x', 1)
  table.add('y', 1)
  t.is(table.want('a', 0, 0, 2), 'a: x1 y1')
  t.is(table.answer('a', 0, ['x', 1], ['y', 1]), undefined)
  t.is(table.step({ type: 'released', executorId: 'x', taskSetId: 'a' }), undefined)
  t.is(table.want('a', 0, 0, 1), 'a: x1')
  t.is(table.step({ type: 'released', executorId: 'y', taskSetId: 'a' }), undefined)
  t.is(table.answer('a', 1), 'a: x1 y1')
})

test('where pools share slots, one at a time is handed out to whoever has the least for its weight', (t) => {
  const pools = new Map([
    ['large', { name: 'large', schedulingMode: 'FIFO', weight: 2, minShare: 0 } as const],
  ])
  const state = emptySlots({ mode: 'FAIR', pools })
  const served: string[] = []
  const step = (event: SlotsEvent): void => {
    for (const { taskSetId, limit } of slotsTransition(state, event)[1]) {
      served.push(taskSetId)
      t.is(limit, 1)
      step({ type: 'answered', taskSetId, wanted: 9, used: [['x', 1]] })
    }
  }
  const wanted = { type: 'wanted', stageId: 0, wanted: 9, isWhole: false } as const
  step({ ...wanted, taskSetId: 'small', jobId: 0, pool: 'default' })
  step({ ...wanted, taskSetId: 'big', jobId: 1, pool: 'large' })
  step({ type: 'executor-added', executorId: 'x', host: 'h', slots: 6 })
  t.deepEqual(served, ['small', 'big', 'big', 'small', 'big', 'big'])
})

test('a lost executor takes its slots along, and late releases of them change nothing', (t) => {
  const table = new Table()
  table.add('x', 2)
  t.is(table.step({ type: 'executor-removed', executorId: 'x' }), undefined)
  t.is(table.step({ type: 'released', executorId: 'x', taskSetId: 'a' }), undefined)
  t.is(table.want('a', 0, 0, 1), undefined)
})

test('a set that is withdrawn while it is asked makes way', (t) => {
  const table = new Table()
  table.want('a', 0, 0, 1)
  table.want('b', 0, 1, 1)
  t.is(table.add('x', 1), 'a: x1')
  t.is(table.step({ type: 'withdrawn', taskSetId: 'a' }), 'b: x1')
})

test('slots are never offered beyond what is free, whatever happens', (t) => {
  const event: fc.Arbitrary<readonly [string, number]> = fc.tuple(
    fc.constantFrom('add', 'remove', 'want', 'release', 'withdraw'),
    fc.integer({ min: 0, max: 3 }),
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const state = emptySlots()
      const used = new Map<string, number>()
      const totals = new Map<string, number>()
      const run = (next: SlotsEvent): void => {
        for (const offer of slotsTransition(state, next)[1]) {
          for (const { executorId, free } of offer.slots) {
            t.true(free + (used.get(executorId) ?? 0) <= (totals.get(executorId) ?? 0))
          }
          const [first] = offer.slots
          const taken = first === undefined ? [] : [[first.executorId, 1] as const]
          for (const [id] of taken) used.set(id, (used.get(id) ?? 0) + 1)
          run({ type: 'answered', taskSetId: offer.taskSetId, used: taken, wanted: 0 })
        }
      }
      let added = 0
      for (const [kind, n] of events) {
        const executorId = [...totals.keys()][n] ?? ''
        if (kind === 'add') {
          const id = `x${added++}`
          totals.set(id, n)
          run({ type: 'executor-added', executorId: id, host: 'h', slots: n })
        } else if (kind === 'remove') {
          totals.delete(executorId)
          used.delete(executorId)
          run({ type: 'executor-removed', executorId })
        } else if (kind === 'want') {
          run({
            type: 'wanted',
            taskSetId: `t${n}`,
            jobId: n,
            stageId: 0,
            pool: 'default',
            wanted: 1,
            isWhole: n % 2 === 0,
          })
        } else if (kind === 'withdraw') {
          run({ type: 'withdrawn', taskSetId: `t${n}` })
        } else if ((used.get(executorId) ?? 0) > 0) {
          used.set(executorId, (used.get(executorId) ?? 0) - 1)
          run({ type: 'released', executorId, taskSetId: 't0' })
        }
      }
    }),
    { numRuns: 300 },
  )
  t.pass()
})

test('slots that are lent serve one task each, and are called back when nobody wants them', (t) => {
  const table = new Table()
  const lend = (executorId: string, slots: number): string | undefined =>
    table.step({ type: 'lent', executors: [{ executorId, host: 'h', slots }] })
  t.is(lend('x', 3), undefined)
  table.step({ type: 'called-back', executorId: 'x' })
  t.is(table.want('a', 0, 0, 2), undefined)
  t.is(lend('x', 3), 'a: x3')
  t.is(table.answer('a', 0, ['x', 2]), undefined)
  table.step({ type: 'called-back', executorId: 'x' })
  t.like(table.state.executors.get('x'), { total: 2, free: 0 })
  table.want('a', 0, 0, 1)
  t.is(table.step({ type: 'released', executorId: 'x', taskSetId: 'a' }), undefined)
  t.is(table.step({ type: 'released', executorId: 'x', taskSetId: 'a' }), undefined)
  t.like(table.state.executors.get('x'), { total: 0, free: 0 })
  t.is(lend('x', 1), 'a: x1')
})

const profiled = { pool: 'default', isWhole: false, jobId: 0 } as const

test('a task takes as many slots as it wants cores, and gives them back', (t) => {
  const table = new Table()
  const two = {
    ...profiled,
    type: 'wanted',
    taskSetId: 'a',
    stageId: 0,
    wanted: 5,
    cpus: 2,
  } as const
  t.is(table.step(two), undefined)
  t.is(table.add('x', 1), undefined, 'one core is too few')
  t.is(table.add('y', 5), 'a: y2')
  const used = { type: 'answered', taskSetId: 'a', wanted: 3, used: [['y', 2]], cpus: 2 } as const
  t.is(table.step(used), undefined)
  t.is(table.want('b', 1, 1, 1), 'b: x1 y1', 'the cores that are left are for others')
  t.is(table.answer('b', 0, ['y', 1]), undefined)
  t.is(table.step({ type: 'released', executorId: 'y', taskSetId: 'a', cpus: 2 }), 'a: y1')
})

test('executors of a resource profile are for its stages only', (t) => {
  const table = new Table()
  const own = {
    ...profiled,
    type: 'wanted',
    taskSetId: 'p',
    stageId: 0,
    wanted: 2,
    profileId: 7,
  } as const
  t.is(table.step(own), undefined)
  t.is(table.add('x', 2), undefined)
  t.is(table.want('d', 1, 1, 2), 'd: x2', 'one that waits for other executors is passed over')
  const added = {
    type: 'executor-added',
    executorId: 'y',
    host: 'h',
    slots: 2,
    profileId: 7,
  } as const
  t.is(table.step(added), undefined)
  const answered = { type: 'answered', taskSetId: 'd', wanted: 0, used: [['x', 2]] } as const
  const [, [offer]] = slotsTransition(table.state, answered)
  t.deepEqual(
    [offer?.taskSetId, offer?.slots, offer?.idle],
    ['p', [{ executorId: 'y', host: 'h', free: 2 }], ['y']],
  )
  t.deepEqual([...(offer?.alive.keys() ?? [])], ['y'])
})

test('a set is told when all executors of its profile are excluded, whatever others are there', (t) => {
  const table = new Table()
  table.step({ type: 'executor-added', executorId: 'y', host: 'h', slots: 2, profileId: 7 })
  table.add('x', 2)
  table.step({ type: 'excluded', executors: new Map([['y', 'it fails']]) })
  const own = {
    ...profiled,
    type: 'wanted',
    taskSetId: 'p',
    stageId: 0,
    wanted: 2,
    profileId: 7,
  } as const
  t.is(table.step(own), 'p: ')
})

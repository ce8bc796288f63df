import test from 'ava'
import fc from 'fast-check'
import {
  addClient,
  allocated,
  emptySorter,
  orderClients,
  setActive,
  type ShareScale,
  type Sorter,
} from '../../../src/mesos/allocator/index.ts'
import { quantities } from '../../../src/mesos/resources/index.ts'

interface Demand {
  readonly cpus: number
  readonly mem: number
}

const TOTAL: Demand = { cpus: 600, mem: 900 }

const scale: ShareScale = {
  total: quantities({ ...TOTAL }),
  weights: new Map(),
  excludedNames: new Set(),
}

/** Tasks small against the cluster, which comes near to the divisible ones of the paper. */
const demand: fc.Arbitrary<Demand> = fc.record({
  cpus: fc.integer({ min: 1, max: 6 }),
  mem: fc.integer({ min: 1, max: 6 }),
})

const demands = fc.array(demand, { minLength: 2, maxLength: 5 })

/** Progressive filling by the sorter: task by task to the first in order, until its next task doesn't fit. */
function fill(wanted: readonly Demand[]): readonly number[] {
  let sorter: Sorter = emptySorter
  const tasks = wanted.map(() => 0)
  wanted.forEach((_, i) => {
    sorter = setActive(addClient(sorter, String(i)), String(i), true)
  })
  let { cpus, mem } = TOTAL
  for (;;) {
    const first = orderClients(sorter.clients, scale).find((path) => {
      const one = wanted[Number(path)] ?? TOTAL
      return one.cpus <= cpus && one.mem <= mem
    })
    const one = wanted[Number(first)]
    if (first === undefined || one === undefined) return tasks
    cpus -= one.cpus
    mem -= one.mem
    tasks[Number(first)] = (tasks[Number(first)] ?? 0) + 1
    sorter = allocated(sorter, first, quantities({ ...one }))
  }
}

/** Tasks of `own` demand that fit into `tasks` bundles of `bundle`. */
const worth = (own: Demand, bundle: Demand, tasks: number): number =>
  Math.min((bundle.cpus * tasks) / own.cpus, (bundle.mem * tasks) / own.mem)

/** The demand of the largest task, in tasks of `own`: what rounding to whole tasks can cost. */
const grain = (own: Demand, all: readonly Demand[]): number =>
  Math.max(...all.map((one) => Math.max(one.cpus / own.cpus, one.mem / own.mem))) + 1

const runs = { numRuns: 40 }

test('sharing incentive: nobody does worse than with an equal part of the cluster', (t) => {
  fc.assert(
    fc.property(demands, (all) => {
      const tasks = fill(all)
      return all.every((own, i) => {
        const alone = worth(own, TOTAL, 1 / all.length)
        return (tasks[i] ?? 0) >= alone - grain(own, all)
      })
    }),
    runs,
  )
  t.pass()
})

test('envy-freeness: nobody would rather have what another got', (t) => {
  fc.assert(
    fc.property(demands, (all) => {
      const tasks = fill(all)
      return all.every((own, i) =>
        all.every(
          (other, j) => worth(own, other, tasks[j] ?? 0) <= (tasks[i] ?? 0) + grain(own, all),
        ),
      )
    }),
    runs,
  )
  t.pass()
})

test('Pareto efficiency: in the end no task of anybody fits', (t) => {
  fc.assert(
    fc.property(demands, (all) => {
      const tasks = fill(all)
      const free = (name: keyof Demand) =>
        TOTAL[name] - all.reduce((sum, one, i) => sum + one[name] * (tasks[i] ?? 0), 0)
      return all.every((one) => one.cpus > free('cpus') || one.mem > free('mem'))
    }),
    runs,
  )
  t.pass()
})

test('strategy-proofness: nobody gains by asking for something else than needed', (t) => {
  fc.assert(
    fc.property(demands, demand, (all, lie) => {
      const [own, ...others] = all
      if (own === undefined) return true
      const [honest = 0] = fill(all)
      const [lied = 0] = fill([lie, ...others])
      return worth(own, lie, lied) <= honest + grain(own, [...all, lie])
    }),
    runs,
  )
  t.pass()
})

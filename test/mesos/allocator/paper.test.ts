import test from 'ava'
import fc from 'fast-check'
import {
  addClient,
  allocated,
  emptySorter,
  setActive,
  type Sorter,
} from '../../../src/mesos/allocator/sorter.ts'
import { orderClients, type ShareScale } from '../../../src/mesos/allocator/sorter-order.ts'
import { assetFairness, ceei, TOTAL, worth, type Demand, type Policy } from './policies.ts'

const scale: ShareScale = { total: [TOTAL.cpus * 1000, TOTAL.mem * 1000], weights: new Map() }

/**
 * Progressive filling by the sorter: task by task to the first in order, until its next task doesn't fit. Tasks are small
 * against the cluster, which comes near to the divisible ones of the paper.
 */
const drf: Policy = (wanted) => {
  let sorter: Sorter = emptySorter
  const tasks = wanted.map(() => 0)
  wanted.forEach((_, i) => {
    sorter = setActive(addClient(sorter, String(i), i), String(i), true)
  })
  let { cpus, mem } = TOTAL
  for (;;) {
    const first = orderClients(sorter, scale).find(({ slot }) => {
      const one = wanted[slot] ?? TOTAL
      return one.cpus <= cpus && one.mem <= mem
    })
    const one = wanted[first?.slot ?? -1]
    if (first === undefined || one === undefined) return tasks
    cpus -= one.cpus
    mem -= one.mem
    tasks[first.slot] = (tasks[first.slot] ?? 0) + 1
    sorter = allocated(sorter, first.path, [one.cpus * 1000, one.mem * 1000])
  }
}

const demand: fc.Arbitrary<Demand> = fc.record({
  cpus: fc.integer({ min: 1, max: 6 }),
  mem: fc.integer({ min: 1, max: 6 }),
})
const demands = fc.array(demand, { minLength: 2, maxLength: 5 })

/** The demand of the largest task, in tasks of `own`: what rounding to whole tasks can cost. */
const grain = (own: Demand, all: readonly Demand[]): number =>
  Math.max(...all.map((one) => Math.max(one.cpus / own.cpus, one.mem / own.mem))) + 1

/** The four properties of the paper. Each holds, or not, of what a policy makes of some demands. */
const properties = {
  /** Nobody does worse than with an equal part of the cluster. */
  sharingIncentive: (policy: Policy, all: readonly Demand[]): boolean => {
    const tasks = policy(all)
    return all.every((own, i) => {
      const alone = worth(own, TOTAL, 1 / all.length)
      return (tasks[i] ?? 0) >= alone - grain(own, all)
    })
  },
  /** Nobody would rather have what another got. */
  envyFreeness: (policy: Policy, all: readonly Demand[]): boolean => {
    const tasks = policy(all)
    return all.every((own, i) =>
      all.every(
        (other, j) => worth(own, other, tasks[j] ?? 0) <= (tasks[i] ?? 0) + grain(own, all),
      ),
    )
  },
  /** In the end no task of anybody fits. */
  paretoEfficiency: (policy: Policy, all: readonly Demand[]): boolean => {
    const tasks = policy(all)
    const free = (name: keyof Demand) =>
      TOTAL[name] - all.reduce((sum, one, i) => sum + one[name] * (tasks[i] ?? 0), 0)
    return all.every((one) => one.cpus > free('cpus') - 1 || one.mem > free('mem') - 1)
  },
  /** The first gains nothing by asking for something else than needed. */
  strategyProofness: (policy: Policy, all: readonly Demand[], lie: Demand): boolean => {
    const [own, ...others] = all
    if (own === undefined) return true
    const [honest = 0] = policy(all)
    const [lied = 0] = policy([lie, ...others])
    return worth(own, lie, lied) <= honest + grain(own, [...all, lie])
  },
}

type Property = keyof typeof properties

const holdsOf = (policy: Policy, property: Property) =>
  fc.property(demands, demand, (all, lie) => properties[property](policy, all, lie))

for (const property of Object.keys(properties) as Property[]) {
  test(`dominant resource fairness has the property ${property}`, (t) => {
    fc.assert(holdsOf(drf, property), { numRuns: 40 })
    t.pass()
  })
}

/** Demands of the paper's own counterexamples, scaled to this cluster, and any others. */
const fails = (policy: Policy, property: Property): boolean =>
  fc.check(holdsOf(policy, property), { numRuns: 2000, seed: 1 }).failed

test('asset fairness does not have the sharing incentive, and has what the paper grants it', (t) => {
  t.true(fails(assetFairness, 'sharingIncentive'))
  t.false(fails(assetFairness, 'strategyProofness'))
  t.false(fails(assetFairness, 'envyFreeness'))
})

test('competitive equilibrium from equal incomes is not strategy-proof, and has what the paper grants it', (t) => {
  t.true(fails(ceei, 'strategyProofness'))
  t.false(fails(ceei, 'sharingIncentive'))
  t.false(fails(ceei, 'envyFreeness'))
  t.false(fails(ceei, 'paretoEfficiency'))
})

test("the paper's example of asset fairness: the second user gets less than half of both", (t) => {
  // 30 of both in the paper, with tasks of <1, 3> and <1, 1>; thirty times that here.
  const total = { cpus: 900, mem: 900 }
  const [a = 0, b = 0] = assetFairness(
    [
      { cpus: 1, mem: 3 },
      { cpus: 1, mem: 1 },
    ],
    total,
  )
  t.true(Math.abs(a - 180) < 1)
  t.true(Math.abs(b - 360) < 1)
  t.true(b < 450, 'alone with half of the cluster it would have 450')
})

test("the paper's example of CEEI: the first user gains by asking for more memory than needed", (t) => {
  const total = { cpus: 100, mem: 100 }
  const second = { cpus: 1, mem: 2 }
  const [honest = 0, other = 0] = ceei([{ cpus: 16, mem: 1 }, second], total)
  t.true(Math.abs(honest - 100 / 31) < 1e-6)
  t.true(Math.abs(other - 1500 / 31) < 1e-6)
  const [lied = 0] = ceei([{ cpus: 16, mem: 8 }, second], total)
  t.true(Math.abs(lied - 25 / 6) < 1e-6)
})

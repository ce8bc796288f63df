/** What one task needs, or what a cluster has. */
export interface Demand {
  readonly cpus: number
  readonly mem: number
}

/** The tasks that everybody gets, by what one task of everybody needs. */
export type Policy = (wanted: readonly Demand[]) => readonly number[]

export const TOTAL: Demand = { cpus: 600, mem: 900 }

/** Tasks of `own` demand that fit into `tasks` bundles of `bundle`. */
export const worth = (own: Demand, bundle: Demand, tasks: number): number =>
  Math.min((bundle.cpus * tasks) / own.cpus, (bundle.mem * tasks) / own.mem)

/**
 * Asset Fairness: everybody's holdings are worth the same, where one percent of each resource is worth the same. Tasks are
 * divisible. Who needs nothing of what has run out goes on alone.
 * @see "Dominant Resource Fairness", Ghodsi et al., NSDI 2011, 4.1
 */
export function assetFairness(wanted: readonly Demand[], total: Demand = TOTAL): readonly number[] {
  // Everybody needs something of everything here: all stop when the first resource runs out.
  const value = wanted.map((one) => one.cpus / total.cpus + one.mem / total.mem)
  const perValue = (name: keyof Demand) =>
    wanted.reduce((sum, one, i) => sum + one[name] / (value[i] ?? 1), 0)
  const each = Math.min(total.cpus / perValue('cpus'), total.mem / perValue('mem'))
  return value.map((one) => each / one)
}

/**
 * Competitive Equilibrium from Equal Incomes: the outcome that maximizes the product of utilities (Nash bargaining), which is
 * what a market with equal budgets comes to. Tasks are divisible. Found by the prices of cpus and mem that clear it.
 * @see "Dominant Resource Fairness", Ghodsi et al., NSDI 2011, 4.2
 */
export function ceei(wanted: readonly Demand[], total: Demand = TOTAL): readonly number[] {
  // At the prices p and q a user with a budget of 1 buys 1 / (p cpus + q mem) tasks; all cpus together cost p times the
  // total, so where both are scarce p cpus + q mem of the whole cost as much as there are users.
  const users = wanted.length
  const tasksAt = (spentOnCpus: number): readonly number[] => {
    const p = (users * spentOnCpus) / total.cpus
    const q = (users * (1 - spentOnCpus)) / total.mem
    return wanted.map((one) => 1 / (p * one.cpus + q * one.mem))
  }
  const used = (tasks: readonly number[], name: keyof Demand) =>
    wanted.reduce((sum, one, i) => sum + one[name] * (tasks[i] ?? 0), 0) / total[name]
  if (used(tasksAt(0), 'cpus') <= 1) return tasksAt(0)
  if (used(tasksAt(1), 'mem') <= 1) return tasksAt(1)
  let [low, high] = [0, 1]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    // Dearer cpus are used less.
    if (used(tasksAt(middle), 'cpus') > 1) low = middle
    else high = middle
  }
  return tasksAt(high)
}

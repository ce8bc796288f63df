/**
 * The scenarios that `troupe simulate` knows by name. Each folder is one: what it builds, what its workload is, which
 * faults it must stand, and what must be true whatever goes wrong.
 */
import type { Scenario } from '../../actors/testkit/index.ts'
import { bank } from './bank/index.ts'
import { cluster, shuffle } from './cluster/index.ts'
import { family } from './family/index.ts'

export const scenarios: readonly Scenario[] = [
  bank,
  family,
  cluster,
  shuffle,
] as readonly Scenario[]
export { bank, cluster, family, shuffle }

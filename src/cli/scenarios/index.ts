/**
 * The scenarios that `troupe simulate` knows by name. Each folder is one: what it builds, what its workload is, which
 * faults it must stand, and what must be true whatever goes wrong.
 */
import type { Scenario } from '../../actors/testkit/index.ts'
import { bank } from './bank/index.ts'
import {
  allocation,
  barrier,
  cluster,
  columns,
  shuffle,
  stragglers,
  tasks,
} from './cluster/index.ts'
import { family } from './family/index.ts'
import { fleet } from './fleet/index.ts'
import { ingest } from './ingest/index.ts'
import { masters, profiles } from './standalone/index.ts'
import { throttler } from './throttler/index.ts'
import { acknowledgement, executors, failover, handover, partition, rivals } from './mesos/index.ts'

export const scenarios: readonly Scenario[] = [
  bank,
  family,
  fleet,
  partition,
  handover,
  executors,
  acknowledgement,
  failover,
  rivals,
  cluster,
  shuffle,
  barrier,
  allocation,
  stragglers,
  tasks,
  columns,
  masters,
  throttler,
  ingest,
  profiles,
] as readonly Scenario[]
export { bank, cluster, family, fleet, shuffle }

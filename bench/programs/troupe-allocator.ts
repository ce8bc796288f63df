/**
 * The allocator alone, in the shapes of Mesos' own benchmarks: how long one run takes, in seconds. No master, no actors:
 * the pure step, from the same state each time.
 */
import {
  initialAllocatorState,
  stepAllocator,
  type AllocatorEvent,
  type AllocatorState,
  type Holding,
} from '../../src/mesos/allocator/index.ts'
import { parseResources } from '../../src/mesos/index.ts'
import { median } from '../statistics.ts'
import { emit, flag, nowNs, repeats, wanted } from './harness.ts'

const RUNTIME = 'troupe'
const scale = Number(flag('scale') ?? 1)
const many = (n: number): number => Math.max(10, Math.round(n * scale))
const year = 365 * 24 * 3600 * 1000

const apply = (state: AllocatorState, event: AllocatorEvent): AllocatorState =>
  stepAllocator(state, event)[0]

function cluster(
  agents: number,
  frameworks: number,
  resources: string,
  roleOf: (framework: number) => string,
): AllocatorState {
  return withAgents(withFrameworks(initialAllocatorState(), frameworks, roleOf), agents, resources)
}

function withFrameworks(
  state: AllocatorState,
  count: number,
  roleOf: (framework: number) => string,
): AllocatorState {
  let next = state
  for (let i = 0; i < count; i++) {
    const frameworkId = `5f1c2d3e4a5b6c7d-${String(i).padStart(4, '0')}`
    const terms = { frameworkId, roles: [roleOf(i)], suppressedRoles: [] }
    next = apply(next, { type: 'framework-added', ...terms, isActive: true })
  }
  return next
}

function withAgents(state: AllocatorState, count: number, resources: string): AllocatorState {
  let next = state
  const total = parseResources(resources)
  for (let i = 0; i < count; i++) {
    const agentId = `5f1c2d3e4a5b6c7d-S${String(i)}`
    next = apply(next, { type: 'agent-added', agentId, registration: 'r', total, held: [] })
  }
  return next
}

interface RunResult {
  readonly state: AllocatorState
  readonly offers: readonly Holding[]
  readonly filtered: number
}

function allocate(state: AllocatorState, nowMs: number): RunResult {
  const [next, effects] = stepAllocator(state, { type: 'allocate', nowMs, seed: 7 })
  const offers = effects.flatMap((effect) => (effect.type === 'offer' ? effect.offers : []))
  const filtered = effects.reduce(
    (sum, one) => sum + (one.type === 'decided' ? (one.decision.rejected.filtered ?? 0) : 0),
    0,
  )
  return { state: next, offers, filtered }
}

function declineAll({ state, offers }: RunResult, nowMs: number): AllocatorState {
  let next = state
  for (const holding of offers) {
    next = apply(next, { type: 'resources-recovered', holding, refuseMs: year, nowMs })
  }
  return next
}

/** Seconds that one call takes: the median. */
function seconds(body: () => unknown): number {
  const values: number[] = []
  for (let i = 0; i < repeats; i++) {
    globalThis.gc?.()
    const begin = nowNs()
    body()
    values.push((nowNs() - begin) / 1e9)
  }
  return median(values)
}

function measure(row: string, expected: number, state: AllocatorState, nowMs = 1000): void {
  // Warms up, too.
  const { offers } = allocate(state, nowMs)
  if (offers.length !== expected) {
    throw new RangeError(`${row} made ${String(offers.length)} offers, not ${String(expected)}`)
  }
  emit({ runtime: RUNTIME, row, value: seconds(() => allocate(state, nowMs)) })
}

const AGENT = 'cpus:24;mem:4096;disk:4096;ports:[31000-32000]'
const inOneRole = (): string => '*'

function oneRole(): void {
  const [agents, frameworks, rounds] = [many(10_000), many(1000), 10]
  let state = cluster(agents, frameworks, AGENT, inOneRole)
  measure('allocator-10k', agents, state)
  const bare = withFrameworks(initialAllocatorState(), frameworks, inOneRole)
  const adding = seconds(() => withAgents(bare, agents, AGENT))
  emit({ runtime: RUNTIME, row: 'allocator-10k-agents', value: adding })
  for (let round = 0; round < rounds; round++) {
    state = declineAll(allocate(state, 1000 * round), 1000 * round)
  }
  measure('allocator-10k-declined', agents, state, 1000 * rounds)
}

/** Nothing is offered: every framework has refused every agent. */
function allFiltered(): void {
  const [agents, frameworks] = [many(10_000), many(50)]
  let state = cluster(agents, frameworks, AGENT, inOneRole)
  for (let round = 0; round < frameworks; round++) {
    state = declineAll(allocate(state, round), round)
  }
  measure('allocator-all-filtered', 0, state, 1000)
}

/** Small quotas, which half an agent meets, and large ones, which need two agents; a framework in each role. */
function withQuota(): void {
  const [small, large] = [many(2500), many(500)]
  const agents = small / 5 + large * 5
  const roleOf = (i: number): string => (i < small ? `small-${String(i)}` : `large-${String(i)}`)
  const bare = cluster(agents, small + large, 'cpus:2;mem:2048;disk:2048', roleOf)
  const quotas = new Map(
    Array.from({ length: small + large }, (_, i) => {
      const amounts = new Map([
        ['cpus', i < small ? 1000 : 4000],
        ['mem', i < small ? 1_024_000 : 4_096_000],
        ['disk', i < small ? 1_024_000 : 4_096_000],
      ])
      return [roleOf(i), { guarantees: amounts, limits: amounts }] as const
    }),
  )
  const state = apply(bare, { type: 'quotas-updated', quotas })
  measure('allocator-quota', small + large * 2, state)
  measure('allocator-quota-idle', 0, allocate(state, 1000).state, 2000)
}

function growing(): void {
  for (const agents of [100, 1000, 10_000, 50_000]) {
    const count = many(agents)
    const state = cluster(count, many(1000), AGENT, (i) => `role-${String(i)}`)
    measure(`allocator-${String(agents)}`, count, state)
  }
}

if (wanted('allocator')) {
  oneRole()
  allFiltered()
  withQuota()
  growing()
}
process.exit(0)

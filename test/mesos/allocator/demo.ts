import {
  accountsOf,
  initialAllocatorState,
  stepAllocator,
  type AllocatorEvent,
  type AllocatorOptions,
  type AllocatorState,
  type Holding,
} from '../../../src/mesos/allocator/index.ts'
import {
  allocateTo,
  isEmpty,
  parseResources,
  take,
  unallocated,
} from '../../../src/mesos/resources/index.ts'

/** A framework of the article's DRF demo: as many equal tasks as it can get. */
export interface DemoFramework {
  readonly name: string
  readonly task: Readonly<Record<string, number>>
  readonly role?: string
  /** How often it refuses what it left; by default as long as the interval. */
  readonly refuseMs?: number
  /** Tasks it starts from one offer; 1 by default, as the demo that was held against the real allocator. */
  readonly perOffer?: number
}

export interface DemoResult {
  readonly state: AllocatorState
  readonly tasks: Readonly<Record<string, number>>
  /** Percent with three decimals. */
  readonly shares: Readonly<Record<string, string>>
}

const INTERVAL_MS = 100

/** Runs frameworks against the pure allocator until nobody can start another task. */
export function runDemo(
  agents: readonly string[],
  frameworks: readonly DemoFramework[],
  weights: Readonly<Record<string, number>> = {},
  options: Partial<AllocatorOptions> = {},
): DemoResult {
  let state = initialAllocatorState({ allocationIntervalMs: INTERVAL_MS, ...options })
  const tasks: Record<string, number> = Object.fromEntries(frameworks.map(({ name }) => [name, 0]))
  let nowMs = 0
  const apply = (event: AllocatorEvent): readonly Holding[] => {
    const [next, effects] = stepAllocator(state, event)
    state = next
    return effects.flatMap((effect) => (effect.type === 'offer' ? effect.offers : []))
  }
  apply({ type: 'weights-updated', weights: new Map(Object.entries(weights)) })
  agents.forEach((resources, i) => {
    apply({
      type: 'agent-added',
      agentId: `S${i}`,
      total: parseResources(resources),
      registration: 'r1',
      held: [],
    })
  })
  for (const { name, role = name } of frameworks) {
    const added = { frameworkId: name, roles: [role], suppressedRoles: [], isActive: true }
    apply({ type: 'framework-added', ...added })
  }
  for (let idle = 0; idle < 4; nowMs += INTERVAL_MS) {
    let launched = 0
    for (const offer of apply({ type: 'allocate', nowMs, seed: nowMs })) {
      const framework = frameworks.find(({ name }) => name === offer.frameworkId)
      if (framework === undefined) continue
      const { rest, count } = fill(offer, framework)
      launched += count
      tasks[framework.name] = (tasks[framework.name] ?? 0) + count
      if (isEmpty(rest.resources)) continue
      const refuseMs = framework.refuseMs ?? INTERVAL_MS
      apply({ type: 'resources-recovered', holding: rest, refuseMs, nowMs })
    }
    idle = launched === 0 ? idle + 1 : 0
  }
  const shares = Object.fromEntries(
    accountsOf(state).frameworks.map((one) => [
      one.frameworkId,
      (one.dominantShareRatio * 100).toFixed(3),
    ]),
  )
  return { state, tasks, shares }
}

function fill(
  offer: Holding,
  { task, perOffer = 1, role, name }: DemoFramework,
): { readonly rest: Holding; readonly count: number } {
  let free = unallocated(offer.resources)
  let count = 0
  for (; count < perOffer; count++) {
    const taken = take(free, task)
    if (taken === undefined) break
    free = taken.rest
  }
  return { rest: { ...offer, resources: allocateTo(free, role ?? name) }, count }
}

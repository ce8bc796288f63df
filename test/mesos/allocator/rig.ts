import {
  availableOn,
  initialAllocatorState,
  stepAllocator,
  type AllocationDecision,
  type AllocatorEvent,
  type AllocatorOptions,
  type AllocatorState,
  type FrameworkTerms,
  type Holding,
} from '../../../src/mesos/allocator/index.ts'
import {
  allocateTo,
  formatResources,
  parseResources,
  type Quantities,
} from '../../../src/mesos/resources/index.ts'

/** An allocator under test: keeps the state, returns what the last event gave. */
export class Rig {
  state: AllocatorState
  nowMs = 0
  decision: AllocationDecision | undefined

  constructor(options: Partial<AllocatorOptions> = {}) {
    this.state = initialAllocatorState(options)
  }

  apply(event: AllocatorEvent): readonly Holding[] {
    const [next, effects] = stepAllocator(this.state, event)
    this.state = next
    for (const effect of effects) if (effect.type === 'decided') this.decision = effect.decision
    return effects.flatMap((effect) => (effect.type === 'offer' ? effect.offers : []))
  }

  framework(
    frameworkId: string,
    roles: readonly string[] = ['*'],
    terms: Partial<FrameworkTerms> = {},
  ): this {
    const added = { frameworkId, roles, suppressedRoles: [], isActive: true, ...terms }
    this.apply({ type: 'framework-added', ...added })
    return this
  }

  /** Amounts as `cpus:4;mem:100`; `-` is none. */
  quota(role: string, guarantees: string, limits: string): this {
    const quota = { guarantees: amounts(guarantees), limits: amounts(limits) }
    this.apply({ type: 'quotas-updated', quotas: new Map([[role, quota]]) })
    return this
  }

  agent(agentId: string, total: string): this {
    this.apply({
      type: 'agent-added',
      agentId,
      total: parseResources(total),
      registration: 'r1',
      held: [],
    })
    return this
  }

  /** One run, after `afterMs`: what was offered, as `framework agent resources`. */
  run(afterMs = 1000, seed = 1): readonly string[] {
    this.nowMs += afterMs
    const offers = this.apply({ type: 'allocate', nowMs: this.nowMs, seed })
    return offers.map(
      ({ frameworkId, agentId, resources }) =>
        `${frameworkId} ${agentId} ${formatResources(resources)}`,
    )
  }

  giveBack(frameworkId: string, agentId: string, text: string, refuseMs = 0, role = '*'): void {
    const resources = allocateTo(parseResources(text), role)
    const holding = { frameworkId, agentId, resources }
    this.apply({ type: 'resources-recovered', holding, refuseMs, nowMs: this.nowMs })
  }

  available(agentId: string): string {
    const agent = this.state.agents.get(agentId)
    return agent === undefined ? 'gone' : formatResources(availableOn(agent))
  }
}

/** In thousandths; zeros stay, as limits may be zero. */
const amounts = (text: string): Quantities =>
  new Map(
    text === '-'
      ? []
      : text.split(';').map((one) => {
          const [name = '', value = '0'] = one.split(':')
          return [name, Number(value) * 1000] as const
        }),
  )

import type { Conversion } from '../operations/index.ts'
import type { FrameworkCapability } from '../protocol/index.ts'
import type { Quantities, Resources } from '../resources/index.ts'
import type { Quota } from './quota.ts'

/** What a framework says of itself. */
export interface FrameworkTerms {
  readonly frameworkId: string
  readonly roles: readonly string[]
  readonly suppressedRoles: readonly string[]
  readonly capabilities?: readonly FrameworkCapability[]
  /** Role → what an offer must have all of one of, in place of the allocator's own minimum. */
  readonly minAllocatable?: ReadonlyMap<string, readonly Quantities[]>
}

/** What one framework holds on one agent, each part allocated to a role. */
export interface Holding {
  readonly frameworkId: string
  readonly agentId: string
  readonly resources: Resources
  /** In an offer: the registration of the agent that it was made under. */
  readonly registration?: string
}

/** What the allocator is told. */
export type AllocatorEvent =
  | (FrameworkTerms & { readonly type: 'framework-added'; readonly isActive: boolean })
  /** It has other roles from now on: what it holds in those it has left stays its own, and it gets nothing more there. */
  | (FrameworkTerms & { readonly type: 'framework-updated' })
  /** All it holds is free again. */
  | { readonly type: 'framework-removed'; readonly frameworkId: string }
  | { readonly type: 'framework-activated'; readonly frameworkId: string }
  /** It is offered nothing until activated; its filters are dropped. */
  | { readonly type: 'framework-deactivated'; readonly frameworkId: string }
  | {
      readonly type: 'agent-added'
      readonly agentId: string
      /** Changes each time it is added: offers made under an older one are void. */
      readonly registration: string
      /** By which a whitelist names it. */
      readonly hostname?: string
      readonly total: Resources
      /** What runs there already, when the agent registers again; its frameworks are known by then. */
      readonly held: readonly Holding[]
    }
  | { readonly type: 'agent-removed'; readonly agentId: string }
  /** What a framework holds on an agent has become something else, by operations; as much as before, in its roles. */
  | {
      readonly type: 'allocation-converted'
      readonly frameworkId: string
      readonly agentId: string
      readonly conversions: readonly Conversion[]
    }
  /** An operator makes something else of what is free on an agent, as much as before; answered by `conversion-answered`. */
  | {
      readonly type: 'available-converted'
      readonly agentId: string
      readonly conversions: readonly Conversion[]
      /** Named in the answer. */
      readonly request: string
    }
  /** Resources come back, unused or after use; unknown frameworks and agents are fine. */
  | {
      readonly type: 'resources-recovered'
      readonly holding: Holding
      /** Not offered to this framework again for so long; 0 and absent set no filter. */
      readonly refuseMs?: number
      readonly nowMs: number
    }
  /** Of the roles given, or of all. */
  | {
      readonly type: 'offers-suppressed'
      readonly frameworkId: string
      readonly roles?: readonly string[]
    }
  | {
      readonly type: 'offers-revived'
      readonly frameworkId: string
      readonly roles?: readonly string[]
    }
  /** Those of these roles from now on; they count from the next run on. */
  | { readonly type: 'weights-updated'; readonly weights: ReadonlyMap<string, number> }
  /** Of roles at the top; without guarantees and limits it is as if there were none. Counts from the next run on. */
  | { readonly type: 'quotas-updated'; readonly quotas: ReadonlyMap<string, Quota> }
  /** Only agents of these hosts are offered from the next run on; without names all are. */
  | { readonly type: 'whitelist-updated'; readonly hostnames: ReadonlySet<string> | undefined }
  /** Runs the allocation, over the agents given or all of them, in an order drawn from `seed`. */
  | {
      readonly type: 'allocate'
      readonly nowMs: number
      readonly seed: number
      readonly agentIds?: readonly string[]
    }

/** Why a framework was not given an agent's resources in one run. */
export type RejectionReason =
  | 'role-suppressed'
  | 'filtered'
  | 'below-minimum'
  /** The role has what its quota allows. */
  | 'quota-limit'
  /** Kept for roles whose quota guarantees them more than they have. */
  | 'headroom'
  /** The agent has GPUs, or the resources are of a kind, that the framework says nothing of knowing. */
  | 'incapable'
  | 'nothing-left'

/** What was kept free for guarantees in one run. */
export interface Headroom {
  /** What guarantees still lacked when the run began, and what was free then. */
  readonly required: Quantities
  readonly available: Quantities
  /** Agents of which less was offered for it than there was. */
  readonly agents: number
}

/** One pass over some agents: input, choice, and why others went without. */
export interface AllocationDecision {
  /** Counts the runs of this allocator from 1. */
  readonly run: number
  readonly seed: number
  readonly agentsConsidered: number
  readonly offers: readonly Holding[]
  /** Candidates (framework and agent) that got nothing, by reason. */
  readonly rejected: Readonly<Partial<Record<RejectionReason, number>>>
  /** The first few of them. */
  readonly samples: readonly {
    readonly frameworkId: string
    readonly role: string
    readonly agentId: string
    readonly reason: RejectionReason
  }[]
  /** Only where some role has a quota. */
  readonly headroom?: Headroom
}

/** What became of a conversion of what is free on an agent. */
export interface ConversionAnswered {
  readonly type: 'conversion-answered'
  readonly request: string
  /** Why nothing was converted. */
  readonly problem?: string
}

/** What the allocator wants done. */
export type AllocatorEffect =
  /** Each holding is for one framework, one agent and one role, and is allocated from now on. */
  | { readonly type: 'offer'; readonly offers: readonly Holding[] }
  /** A run is worth while before the next period: over these agents, or over all. */
  | { readonly type: 'allocation-wanted'; readonly agentIds: readonly string[] | 'all' }
  /** Whether what is free was converted; without a problem it was. */
  | ConversionAnswered
  /** For explanation; one per run. */
  | { readonly type: 'decided'; readonly decision: AllocationDecision }

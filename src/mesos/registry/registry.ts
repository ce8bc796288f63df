import type { AgentInfo, ScalarValue } from '../protocol/index.ts'

/** The quota of a role as it was set; without guarantees and limits it has none. */
export interface RoleQuota {
  readonly role: string
  readonly guarantees?: Readonly<Record<string, ScalarValue>>
  readonly limits?: Readonly<Record<string, ScalarValue>>
}

/** What the master has promised, and must know after its end. */
export interface Registry {
  /** Of the newest master; 0 before the first. */
  readonly epoch: number
  readonly admitted: ReadonlyMap<string, AgentInfo>
  /** Agent → Unix time in milliseconds since when it is out of reach. In that order. */
  readonly unreachable: ReadonlyMap<string, number>
  /** Agent → Unix time in milliseconds since when it is gone for good. In that order. */
  readonly gone: ReadonlyMap<string, number>
  readonly quotas: ReadonlyMap<string, RoleQuota>
  /** By role; those of 1 are not written. */
  readonly weights: ReadonlyMap<string, number>
}

/** One thing that is promised from now on. */
export type RegistryChange =
  | { readonly type: 'epoch-begun'; readonly epoch: number }
  | { readonly type: 'agent-admitted'; readonly id: string; readonly info: AgentInfo }
  | { readonly type: 'agent-unreachable'; readonly id: string; readonly unixMs: number }
  | { readonly type: 'agent-gone'; readonly id: string; readonly unixMs: number }
  /** As if it had never been: it was not told, or its time in the list is over. */
  | { readonly type: 'agent-forgotten'; readonly id: string }
  | { readonly type: 'quota-set'; readonly quota: RoleQuota }
  | { readonly type: 'weight-set'; readonly role: string; readonly weight: number }

/** A master's before anything was promised. */
export const emptyRegistry: Registry = {
  epoch: 0,
  admitted: new Map(),
  unreachable: new Map(),
  gone: new Map(),
  quotas: new Map(),
  weights: new Map(),
}

import type { AgentId } from './ids.ts'
import type { Attribute, Resource } from './resource.ts'

/** Who an agent is, and all that it has. */
export interface AgentInfo {
  readonly hostname: string
  /** Default 5051. */
  readonly port?: number
  readonly resources: readonly Resource[]
  readonly attributes?: readonly Attribute[]
  /** Set from its first registration on. */
  readonly id?: AgentId
}

/** Who the master is, as it introduces itself to frameworks. */
export interface MasterInfo {
  readonly id: string
  readonly ip: number
  readonly port: number
  readonly pid: string
  readonly hostname: string
  readonly version: string
  readonly address?: { readonly hostname?: string; readonly ip?: string; readonly port: number }
}

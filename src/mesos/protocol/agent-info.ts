import type { AgentId } from './ids.ts'
import type { Attribute, Resource } from './resource.ts'

const DEFAULT_PORT = 5051

/** Who an agent is, and all that it has. */
export interface AgentInfo {
  readonly hostname: string
  /** Where it listens, where that is one address; not said on the wire of Mesos but as part of others. */
  readonly ip?: string
  /** Default 5051. */
  readonly port?: number
  readonly resources: readonly Resource[]
  readonly attributes?: readonly Attribute[]
  /** Set from its first registration on. */
  readonly id?: AgentId
}

/** How Mesos names the process of an agent: `slave(1)@10.0.0.1:5051`. */
export function pidOf({ ip, hostname, port = DEFAULT_PORT }: AgentInfo): string {
  return `slave(1)@${ip ?? hostname}:${port}`
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

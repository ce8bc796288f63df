import type {
  ExecutorInfo,
  FrameworkCapability,
  FrameworkInfo,
  Resource,
  TaskInfo,
} from '../../mesos/index.ts'

/** A task that has no agent yet; its resources are what it wants, not yet whose they are. */
export type WantedTask = Omit<TaskInfo, 'agent_id'>

/** What is to be run, and how long anything of it may take. */
export interface Order {
  /** One, or those of a group, in which all run side by side. */
  readonly tasks: readonly WantedTask[]
  /** Set for a group: what runs it. */
  readonly executor?: ExecutorInfo
  readonly killAfterMs?: number
  readonly offerTimeoutMs: number
}

/** What flags say of the framework. */
export interface FrameworkFlags {
  readonly name: string
  readonly user: string
  readonly role: string
  readonly capabilities: readonly FrameworkCapability[]
  readonly checkpoint: boolean
  readonly principal?: string
}

/** Runs tasks of a group; as with Mesos, this much of the offer is its own. */
export const groupExecutor = (name: string): ExecutorInfo => ({
  type: 'DEFAULT',
  executor_id: { value: `${name}-executor` },
  resources: [scalar('cpus', 0.1), scalar('mem', 32), scalar('disk', 32)],
})

/** The framework that asks for an order. */
export function frameworkOf({
  name,
  user,
  role,
  capabilities,
  checkpoint,
  principal,
}: FrameworkFlags): FrameworkInfo {
  const isMultiRole = capabilities.includes('MULTI_ROLE')
  return {
    user,
    name,
    ...(isMultiRole ? { roles: [role] } : { role }),
    checkpoint,
    capabilities: capabilities.map((type) => ({ type })),
    ...(principal !== undefined && { principal }),
  }
}

const scalar = (name: string, value: number): Resource => ({
  name,
  type: 'SCALAR',
  scalar: { value },
})

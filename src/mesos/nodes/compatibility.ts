import { checkpointPaths, type Held } from '../agent/index.ts'
import { MesosError } from '../errors.ts'
import type { AgentInfo } from '../protocol/index.ts'
import { contains, formatResources, fromWire, type Resources } from '../resources/index.ts'

/** `equal`: as before; `additive`: resources and attributes may have been added. */
export type ReconfigurationPolicy = 'equal' | 'additive'

/**
 * Whether an agent of this description may go on in a work directory: executors and tasks of the agent before count on what
 * that one had. Where it has left nothing that runs, its port does not matter.
 * @throws TROUPE_MESOS_AGENT_INCOMPATIBLE
 */
export function checkWorkDirectory(
  workDir: string,
  held: Held | undefined,
  info: AgentInfo,
  policy: ReconfigurationPolicy = 'equal',
): void {
  const before = held?.info
  if (held?.agentId === undefined || before === undefined) return
  const isRunning = held.executors.size > 0
  const why = difference(before, info, policy, isRunning)
  if (why === undefined) return
  const { latest } = checkpointPaths(workDir)
  throw new MesosError(
    'TROUPE_MESOS_AGENT_INCOMPATIBLE',
    `Failed to perform recovery: Incompatible agent info detected. ${why}. Old agent info: ${say(before)}. New agent info: ${say(info)}. To keep the agent's id, start it as before, or with more only and --reconfiguration-policy additive; to start it as a new agent: rm -f ${latest}. This ensures that the agent does not recover old live executors.`,
    { data: { workDir, why } },
  )
}

function difference(
  before: AgentInfo,
  now: AgentInfo,
  policy: ReconfigurationPolicy,
  isRunning: boolean,
): string | undefined {
  if (before.hostname !== now.hostname) {
    return `Configuration change not permitted under '${policy}' policy: the hostname was ${before.hostname} and is ${now.hostname}`
  }
  if (isRunning && before.port !== now.port) {
    return `Configuration change not permitted under '${policy}' policy: the port was ${before.port ?? 0} and is ${now.port ?? 0}, and its executors look for it there`
  }
  const [old, fresh] = [resourcesOf(before), resourcesOf(now)]
  const isWithin = contains(fresh, old) && (policy === 'additive' || contains(old, fresh))
  if (!isWithin) {
    return `Configuration change not permitted under '${policy}' policy: the resources were ${formatResources(old)} and are ${formatResources(fresh)}`
  }
  const [had, has] = [attributesOf(before), attributesOf(now)]
  const isKept = had.every((one) => has.includes(one))
  if (!isKept || (policy === 'equal' && has.length !== had.length)) {
    return `Configuration change not permitted under '${policy}' policy: the attributes were [${had.join(', ')}] and are [${has.join(', ')}]`
  }
  return undefined
}

function resourcesOf(info: AgentInfo): Resources {
  return fromWire(info.resources)
}

function attributesOf(info: AgentInfo): readonly string[] {
  return (info.attributes ?? []).map((one) => JSON.stringify(one))
}

function say(info: AgentInfo): string {
  const attributes = attributesOf(info).join(', ')
  const rest = attributes === '' ? '' : `; ${attributes}`
  return `${info.hostname}:${info.port ?? 0}, ${formatResources(resourcesOf(info))}${rest}`
}

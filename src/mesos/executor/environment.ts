import { parseDuration } from '../duration.ts'
import { MesosError } from '../errors.ts'
import type { ExecutorIds } from './protocol.ts'

/** By which an agent tells executors of the house where its line is; `MESOS_AGENT_ENDPOINT` may be its HTTP door. */
export const AGENT_LINE_VARIABLE = 'TROUPE_AGENT_LINE'

/** What an agent tells an executor by its environment. */
export interface ExecutorEnvironment extends ExecutorIds {
  /** Whether the agent is one of the house, and says where its line is; else it is spoken to by HTTP. */
  readonly hasLine: boolean
  /** The agent's name at its HTTP door, such as `slave(1)`, if `MESOS_SLAVE_PID` tells it. */
  readonly agentName?: string
  /** `LIBPROCESS_SSL_ENABLED`: the agent's HTTP door speaks TLS; its name is not checked, unless `LIBPROCESS_SSL_VERIFY_SERVER_CERT`. */
  readonly secure?: { readonly isSecure: true; readonly trustsAny: boolean }
  /** `MESOS_EXECUTOR_AUTHENTICATION_TOKEN`: proves to an agent that wants to know that this is its executor. */
  readonly token?: string
  /** `TROUPE_AGENT_LINE`, where the agent's node listens; or else `MESOS_AGENT_ENDPOINT`, its HTTP door. */
  readonly agent: { readonly host: string; readonly port: number }
  /** `MESOS_SLAVE_ID` */
  readonly agentId: string
  /** `MESOS_SANDBOX`, an absolute path. */
  readonly sandbox: string
  /** The last part of it. */
  readonly containerId: string
  /** `MESOS_CHECKPOINT`: whether the framework wants its executors to outlive their agent. */
  readonly isCheckpointed: boolean
  /** How long to wait for an agent that is gone: `MESOS_RECOVERY_TIMEOUT` (900,000) if checkpointed, else 0. */
  readonly recoveryTimeoutMs: number
  /** `MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD`, 5,000 if absent. */
  readonly shutdownGraceMs: number
}

/**
 * Reads the variables that an agent sets for an executor.
 * @throws TROUPE_MESOS_EXECUTOR_ENVIRONMENT naming the variable that is missing or can't be read
 */
export function executorEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): ExecutorEnvironment {
  const needed = (name: string): string => {
    const value = variables[name]
    if (value === undefined || value === '') throw unreadable(name, 'it is not set')
    return value
  }
  const line = variables[AGENT_LINE_VARIABLE]
  const hasLine = line !== undefined && line !== ''
  const name = hasLine ? AGENT_LINE_VARIABLE : 'MESOS_AGENT_ENDPOINT'
  const [, agentName] = /^([\w()]+)@/.exec(variables['MESOS_SLAVE_PID'] ?? '') ?? []
  const token = variables['MESOS_EXECUTOR_AUTHENTICATION_TOKEN']
  const endpoint = needed(name)
  const colon = endpoint.lastIndexOf(':')
  const port = Number(endpoint.slice(colon + 1))
  if (colon <= 0 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw unreadable(name, `'${endpoint}' is not host:port`)
  }
  const isCheckpointed = variables['MESOS_CHECKPOINT'] === '1'
  const sandbox = needed('MESOS_SANDBOX')
  return {
    hasLine,
    ...(isOn(variables['LIBPROCESS_SSL_ENABLED']) && {
      secure: {
        isSecure: true as const,
        trustsAny: !isOn(variables['LIBPROCESS_SSL_VERIFY_SERVER_CERT']),
      },
    }),
    ...(agentName !== undefined && { agentName }),
    ...(token !== undefined && token !== '' && { token }),
    agent: { host: endpoint.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port },
    framework_id: { value: needed('MESOS_FRAMEWORK_ID') },
    executor_id: { value: needed('MESOS_EXECUTOR_ID') },
    agentId: needed('MESOS_SLAVE_ID'),
    sandbox,
    containerId: sandbox.slice(sandbox.lastIndexOf('/') + 1),
    isCheckpointed,
    recoveryTimeoutMs: isCheckpointed
      ? durationOf(variables, 'MESOS_RECOVERY_TIMEOUT', 900_000)
      : 0,
    shutdownGraceMs: durationOf(variables, 'MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD', 5000),
  }
}

/** As libprocess reads flags. */
function isOn(text: string | undefined): boolean {
  return text === '1' || text === 'true'
}

function durationOf(
  variables: Readonly<Record<string, string | undefined>>,
  name: string,
  absentMs: number,
): number {
  const text = variables[name]
  if (text === undefined || text === '') return absentMs
  const durationMs = parseDuration(text)
  if (durationMs === undefined) {
    throw unreadable(name, `'${text}' is not a duration such as 5secs or 15mins`)
  }
  return durationMs
}

function unreadable(name: string, why: string): MesosError {
  return new MesosError(
    'TROUPE_MESOS_EXECUTOR_ENVIRONMENT',
    `The variable ${name} can't be used: ${why}. Executors are started by an agent, which sets it.`,
    { data: { name, why } },
  )
}

import { isLoopback } from '../../actors/index.ts'
import type { AgentNodeOptions } from '../../mesos/index.ts'
import type { Disk } from '../../platform/index.ts'
import type { Command } from '../command-line.ts'
import { aclsOf, isPath, openDoorWarning, securityOf } from './door-flags.ts'

/** What the flags of an agent say of its HTTP door. */
export interface AgentDoorFlags {
  readonly host: string
  readonly httpCredentials?: string
  readonly authenticateHttpReadonly: boolean
  readonly authenticateHttpReadwrite: boolean
  readonly acls?: string
}

/** Adds the flags of an agent's HTTP door, as Mesos has them. */
export function addAgentDoorFlags(command: Command): Command {
  return command
    .option('--http-credentials <file>', 'principals and their secrets, as JSON or a pair a line')
    .option(
      '--authenticate-http-readonly',
      'whoever reads at the HTTP door must prove who it is',
      false,
    )
    .option('--authenticate-http-readwrite', 'so must whoever calls its operator API', false)
    .option('--acls <json>', 'what principals may see there: JSON, or a file of it')
}

/** @throws TROUPE_MESOS_CREDENTIALS_INVALID, TROUPE_MESOS_ACLS_INVALID, TROUPE_PLATFORM_FILE_UNREADABLE */
export async function agentDoorOf(
  disk: Disk,
  flags: AgentDoorFlags,
): Promise<NonNullable<AgentNodeOptions['door']>> {
  const closed = {
    readonly: flags.authenticateHttpReadonly,
    readwrite: flags.authenticateHttpReadwrite,
  }
  const by = ['agent', '--http-credentials'] as const
  const security = await securityOf(disk, closed, flags.httpCredentials, by)
  const acls = await aclsOf(disk, flags.acls)
  return { ...(security !== undefined && { security }), ...(acls !== undefined && { acls }) }
}

/** The flags without the secrets that one of them may hold itself. */
export function withoutSecrets(flags: AgentDoorFlags): AgentDoorFlags {
  const { httpCredentials, ...others } = flags
  if (httpCredentials === undefined || !isPath(httpCredentials)) return others
  return { ...others, httpCredentials }
}

/** What is said when anybody on the network can ask at the door. */
export function agentDoorWarning(flags: AgentDoorFlags): string {
  const isGuarded = flags.authenticateHttpReadonly && flags.authenticateHttpReadwrite
  if (isLoopback(flags.host) || isGuarded) return ''
  return openDoorWarning(
    '--http-credentials',
    '--authenticate-http-readonly',
    '--authenticate-http-readwrite',
  )
}

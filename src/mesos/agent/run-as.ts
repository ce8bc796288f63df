import type { ContainerSpec } from '../containerizer/index.ts'
import type { CommandInfo, FrameworkInfo } from '../protocol/index.ts'

/** Only root switches users, and it need not to run something as itself; frameworks of v1 may leave the name empty. */
const OWN: ReadonlySet<string | undefined> = new Set(['', 'root', undefined])

/**
 * Whom a command runs as: its own user, that of the executor around it, or that of its framework. Without `--switch_user` none of
 * them counts.
 */
export function runAs(
  { switchesUsers }: { readonly switchesUsers: boolean },
  { user: ofFramework }: FrameworkInfo,
  given: CommandInfo,
  around: CommandInfo = {},
): Pick<ContainerSpec, 'command' | 'user'> {
  const user = given.user ?? around.user ?? ofFramework
  const command = given.user === undefined ? given : withoutUser(given)
  return switchesUsers && !OWN.has(user) ? { command, user } : { command }
}

function withoutUser({ user: _, ...command }: CommandInfo): CommandInfo {
  return command
}

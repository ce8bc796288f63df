import type { ProcessCommand } from '../../platform/index.ts'
import { MesosError } from '../errors.ts'
import type { CommandInfo } from '../protocol/index.ts'

/** The part of a process's start that its `CommandInfo` decides. */
export type CommandLine = Pick<ProcessCommand, 'command' | 'args' | 'node' | 'nodeArgs'>

/**
 * How a `CommandInfo` is started. With `shell` (the default) `value` goes to `/bin/sh -c`. Without it `value` is an executable and
 * `arguments` its argv, of which the first is only a name. The executable `node` is the agent's own Node, so that
 * agents and executors are of one version: options before the script go to Node, the rest to the script.
 * Without a script, as in `node -e …`, it is the `node` of the path.
 * @throws TROUPE_MESOS_COMMAND_INVALID for a command without a value
 */
export function commandLineOf(info: CommandInfo): CommandLine {
  const { value, shell = true, arguments: argv = [] } = info
  if (value === undefined || value === '') throw invalid('its `value` is missing')
  if (shell) return { command: '/bin/sh', args: ['-c', value] }
  const args = argv.slice(1)
  if (value !== 'node') return { command: value, args }
  const at = args.findIndex((arg) => !arg.startsWith('-'))
  const script = args[at]
  if (script === undefined || args.slice(0, at).some(isText)) return { command: value, args }
  return { command: script, args: args.slice(at + 1), node: true, nodeArgs: args.slice(0, at) }
}

/** Whether what follows an option of Node is a program's text, or another value, in place of a script. */
function isText(option: string): boolean {
  return /^(-e|-p|-pe|--eval|--print|-r|--require|--import|-C|--conditions)$/.test(option)
}

function invalid(why: string): MesosError {
  return new MesosError('TROUPE_MESOS_COMMAND_INVALID', `The command can't be run: ${why}.`, {
    data: { why },
  })
}

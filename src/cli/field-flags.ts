import type { Environment } from '../platform/index.ts'
import type { Command } from './command-line.ts'

const FILE = 'file://'
/** Flags that are given the path of a file, not what is in it. */
const OF_PATHS: ReadonlySet<string> = new Set(['--whitelist'])

/**
 * The arguments of a command whose flags are those of Mesos, as the parser knows them: underscores as dashes, values of
 * `file:///path` read from there, `--flag=false` as `--no-flag`, and before all else what `MESOS_…` of the environment says of
 * flags that are not among the arguments.
 * @throws TROUPE_PLATFORM_FILE_UNREADABLE
 */
export async function fieldArguments(
  { disk, processes }: Pick<Environment, 'disk' | 'processes'>,
  command: Command,
  args: readonly string[],
): Promise<readonly string[]> {
  const given = args.map(dashed)
  const named = new Set(given.map((one) => one.split('=', 1)[0]))
  const fromEnvironment = command.options.flatMap(({ long, negate, required }) => {
    const flag = (long ?? '').replace(negate ? /^--no-/ : /^--/, '')
    const value = processes.environment[`MESOS_${flag.replaceAll('-', '_').toUpperCase()}`]
    if (value === undefined || named.has(`--${flag}`) || named.has(`--no-${flag}`)) return []
    return required || negate || value !== 'false' ? [`--${flag}=${value}`] : []
  })
  const all: string[] = []
  for (const one of [...fromEnvironment, ...given]) {
    const text = switched(command, one)
    if (text === undefined) continue
    const [flag = ''] = (text.startsWith('--') ? text : (all.at(-1) ?? '')).split('=', 1)
    all.push(OF_PATHS.has(flag) ? text.replace(FILE, '') : await read(disk, text))
  }
  return all
}

/** `--work_dir=/a_b` → `--work-dir=/a_b`. */
function dashed(text: string): string {
  const [, flag, rest = ''] = /^(--[a-z][\w-]*)(=.*)?$/s.exec(text) ?? []
  return flag === undefined ? text : `${flag.replaceAll('_', '-')}${rest}`
}

/** Of flags that are on or off: undefined for one that is as it is without. */
function switched(command: Command, text: string): string | undefined {
  const [, flag = '', value = ''] = /^--([a-z][a-z-]*)=(true|false)$/.exec(text) ?? []
  // Of an unknown flag the parser suggests another only without a value.
  const name = text.split('=', 1)[0] ?? ''
  const isKnown = command.options.some(({ long }) => long === name || long === `--no-${flag}`)
  if (name.startsWith('--') && !isKnown) return name
  const isOn = value === 'true'
  if (command.options.some(({ long }) => long === `--no-${flag}`)) {
    return isOn ? undefined : `--no-${flag}`
  }
  const option = command.options.find(({ long }) => long === `--${flag}`)
  if (option?.isBoolean() !== true) return text
  return isOn ? `--${flag}` : undefined
}

async function read(disk: Environment['disk'], text: string): Promise<string> {
  const at = text.startsWith(FILE) ? 0 : /^--[a-z-]+=file:\/\//.test(text) ? text.indexOf(FILE) : -1
  if (at < 0) return text
  const content = await disk.readFile(text.slice(at + FILE.length))
  return text.slice(0, at) + new TextDecoder().decode(content).trim()
}

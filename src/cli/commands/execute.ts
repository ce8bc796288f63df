import { Command, InvalidArgumentError, Option } from '../command-line.ts'
import {
  ownUser,
  parseDuration,
  parseResources,
  readTaskGroup,
  readTaskInfo,
  toWire,
  type CommandInfo,
  type FrameworkCapability,
  type HttpMasterOptions,
  type ReadTask,
  type Resource,
  type TaskInfo,
} from '../../mesos/index.ts'
import { execute } from '../execute/execute.ts'
import { frameworkOf, groupExecutor, type Order, type WantedTask } from '../execute/order.ts'
import type { CommandFactory } from './command.ts'

interface ExecuteFlags {
  readonly master: string
  readonly name?: string
  readonly command?: string
  readonly shell: boolean
  readonly env: Readonly<Record<string, string>>
  readonly uris: readonly string[]
  readonly resources: readonly Resource[]
  readonly task?: TaskInfo
  readonly taskGroup?: { readonly tasks: readonly TaskInfo[] }
  readonly containerizer: 'mesos' | 'docker'
  readonly dockerImage?: string
  readonly volumes: NonNullable<NonNullable<TaskInfo['container']>['volumes']>
  readonly role: string
  readonly user?: string
  readonly frameworkCapabilities: readonly FrameworkCapability[]
  readonly partitionAware: boolean
  readonly checkpoint: boolean
  readonly principal?: string
  readonly secret?: string
  readonly killAfter?: number
  readonly offerTimeout: number
  readonly follow: boolean
  readonly contentType: 'json' | 'protobuf'
}

const CAPABILITIES: readonly FrameworkCapability[] = [
  'REVOCABLE_RESOURCES',
  'TASK_KILLING_STATE',
  'GPU_RESOURCES',
  'SHARED_RESOURCES',
  'PARTITION_AWARE',
  'MULTI_ROLE',
  'RESERVATION_REFINEMENT',
  'REGION_AWARE',
]
const PATIENCE_MS = 60_000
const LONGEST_MS = 2 ** 31 - 1

/** `troupe execute`: runs a command as a task on any Mesos master, by the flags of `mesos-execute`. */
export const executeCommand: CommandFactory = (environment, finish) =>
  new Command('execute')
    .description('run a command as a task on a cluster, and follow its output')
    .requiredOption(
      '--master <host:port>',
      "where the master's HTTP door is, or zk://host:port/path",
    )
    .option('--name <name>', 'of the framework and of the task')
    .option('--command <command>', 'what to run; a shell runs it')
    .option('--no-shell', 'the command is an executable, and gets the arguments behind --')
    .argument('[argument...]', 'of the command, with --no-shell')
    .addOption(
      new Option('--env <json>', 'variables, such as {"LANG":"C"}')
        .argParser(variables)
        .default({}, 'none'),
    )
    .addOption(
      new Option('--uris <uris>', 'files to have in the sandbox; parted by commas')
        .argParser(listed)
        .default([], 'none'),
    )
    .addOption(
      new Option('--resources <string>', 'what the task takes, as agents say it')
        .argParser(resources)
        .default(resources('cpus:1;mem:128'), 'cpus:1;mem:128'),
    )
    .addOption(
      new Option('--task <json>', 'a TaskInfo in place of name, command, resources and container')
        .argParser(read(readTaskInfo))
        .conflicts(['taskGroup', 'command']),
    )
    .addOption(
      new Option('--task-group <json>', 'a TaskGroupInfo: tasks that run side by side')
        .argParser(read(readTaskGroup))
        .conflicts('command'),
    )
    .addOption(
      new Option('--containerizer <name>', 'which of them runs an image')
        .choices(['mesos', 'docker'])
        .default('mesos'),
    )
    .option('--docker-image <image>', 'what to run it from')
    .addOption(
      new Option('--volumes <json>', 'an array of Volume').argParser(volumes).default([], 'none'),
    )
    .option('--role <role>', 'whose resources it may take', '*')
    .option('--user <user>', 'who runs it; who runs this command by default')
    .addOption(
      new Option('--framework-capabilities <names>', 'parted by commas')
        .argParser(capabilities)
        .default([], 'none'),
    )
    .option('--partition-aware', 'short for the capability PARTITION_AWARE', false)
    .option('--checkpoint', "the task outlives its agent's restart", false)
    .option('--principal <principal>', 'who the framework says it is')
    .option('--secret <secret>', 'by which the principal proves it; file:///path reads it')
    .addOption(
      new Option('--kill-after <time>', 'kill it so long after it has started').argParser(duration),
    )
    .addOption(
      new Option('--offer-timeout <time>', 'how long to look for an offer that is large enough')
        .argParser(duration)
        .default(PATIENCE_MS, '1mins'),
    )
    .option('--no-follow', 'do not copy what the task writes')
    .addOption(
      new Option('--content-type <encoding>', 'of calls and events')
        .choices(['json', 'protobuf'])
        .default('protobuf'),
    )
    .action(async (args: readonly string[], flags: ExecuteFlags, command: Command) => {
      const problem = flagProblem(flags, args)
      if (problem !== undefined) command.error(`error: ${problem}`)
      const order = orderOf(flags, args)
      const url = /^(http|zk):\/\//.test(flags.master) ? flags.master : `http://${flags.master}`
      finish(
        await execute(environment, {
          master: url,
          http: { encoding: flags.contentType, ...credentialOf(flags) },
          framework: frameworkOf({
            name: flags.name ?? order.tasks[0]?.name ?? 'troupe-execute',
            user: flags.user ?? ownUser(environment),
            role: flags.role,
            capabilities: [
              ...new Set<FrameworkCapability>([
                ...flags.frameworkCapabilities,
                ...(flags.partitionAware ? ['PARTITION_AWARE' as const] : []),
              ]),
            ],
            checkpoint: flags.checkpoint,
            ...(flags.principal !== undefined && { principal: flags.principal }),
          }),
          order,
          isFollowed: flags.follow,
        }),
      )
    })

function flagProblem(flags: ExecuteFlags, args: readonly string[]): string | undefined {
  const { task, taskGroup, name, command, dockerImage, shell, volumes: mounts } = flags
  if (task === undefined && taskGroup === undefined) {
    if (name === undefined) return 'give it a --name, or a --task or --task-group'
    if (shell && command === undefined) return 'give it a --command to run'
    if (command === undefined && dockerImage === undefined) {
      return 'give it a --command to run, or a --docker-image with one of its own'
    }
  }
  if (flags.secret !== undefined && flags.principal === undefined)
    return 'a --secret is that of a --principal'
  if (args.length > 0 && shell) return 'arguments are for --no-shell: put them into --command'
  if (flags.containerizer === 'docker' && dockerImage === undefined && mounts.length > 0) {
    return '--containerizer docker needs a --docker-image'
  }
  return undefined
}

function orderOf(flags: ExecuteFlags, args: readonly string[]): Order {
  const times = {
    offerTimeoutMs: flags.offerTimeout,
    ...(flags.killAfter !== undefined && { killAfterMs: flags.killAfter }),
  }
  const { task, taskGroup } = flags
  if (taskGroup !== undefined) {
    const name = flags.name ?? taskGroup.tasks[0]?.name ?? 'group'
    return { tasks: taskGroup.tasks, executor: groupExecutor(name), ...times }
  }
  return { tasks: [task ?? taskOf(flags, args)], ...times }
}

function taskOf(flags: ExecuteFlags, args: readonly string[]): WantedTask {
  const name = flags.name ?? ''
  const container = containerOf(flags)
  return {
    name,
    task_id: { value: name },
    resources: flags.resources,
    command: commandOf(flags, args),
    ...(container !== undefined && { container }),
  }
}

function commandOf(
  { command, shell, env, uris }: ExecuteFlags,
  args: readonly string[],
): CommandInfo {
  const variablesOf = Object.entries(env).map(([name, value]) => ({ name, value }))
  return {
    shell,
    ...(command !== undefined && { value: command }),
    ...(!shell && command !== undefined && { arguments: [command, ...args] }),
    ...(!shell && command === undefined && args.length > 0 && { arguments: args }),
    ...(variablesOf.length > 0 && { environment: { variables: variablesOf } }),
    ...(uris.length > 0 && { uris: uris.map((value) => ({ value })) }),
  }
}

function containerOf({
  containerizer,
  dockerImage,
  volumes: mounts,
}: ExecuteFlags): TaskInfo['container'] {
  const rest = mounts.length > 0 ? { volumes: mounts } : {}
  if (dockerImage === undefined) return mounts.length > 0 ? { type: 'MESOS', ...rest } : undefined
  return containerizer === 'docker'
    ? { type: 'DOCKER', docker: { image: dockerImage }, ...rest }
    : {
        type: 'MESOS',
        mesos: { image: { type: 'DOCKER', docker: { name: dockerImage } } },
        ...rest,
      }
}

function credentialOf({ principal, secret }: ExecuteFlags): Pick<HttpMasterOptions, 'credential'> {
  return principal === undefined || secret === undefined
    ? {}
    : { credential: { principal, secret } }
}

function read<T>(reader: (text: string) => ReadTask<T>): (text: string) => T {
  return (text) => {
    const found = reader(text)
    if (found.ok) return found.value
    throw new InvalidArgumentError(`It can't be read: ${found.problem}.`)
  }
}

function variables(text: string): Readonly<Record<string, string>> {
  const value = jsonOf(text)
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (isRecord && Object.values(value).every((one) => typeof one === 'string')) {
    return value as Readonly<Record<string, string>>
  }
  throw new InvalidArgumentError('It is a JSON object of texts, such as {"LANG":"C"}.')
}

/** Read as part of a task, so that each volume is held to its form. */
function volumes(text: string): ExecuteFlags['volumes'] {
  const container = { type: 'MESOS', volumes: jsonOf(text) }
  const task = { name: '', task_id: { value: '' }, container }
  const { container: found } = read(readTaskInfo)(JSON.stringify(task))
  return found?.volumes ?? []
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new InvalidArgumentError(`It is no JSON: ${String(error)}.`)
  }
}

function resources(text: string): readonly Resource[] {
  try {
    return toWire(parseResources(text), 'old')
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}

function listed(text: string): readonly string[] {
  return text.split(',').filter((one) => one !== '')
}

function capabilities(text: string): readonly FrameworkCapability[] {
  return listed(text).map((name) => {
    const found = CAPABILITIES.find((one) => one === name)
    if (found !== undefined) return found
    throw new InvalidArgumentError(`'${name}' is none of ${CAPABILITIES.join(', ')}.`)
  })
}

function duration(text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0 && ms <= LONGEST_MS) return ms
  throw new InvalidArgumentError('It is no duration, such as 500ms, 5secs or 15mins.')
}

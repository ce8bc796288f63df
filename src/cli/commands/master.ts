import { Command, InvalidArgumentError, Option } from '../command-line.ts'
import { isLoopback, startInspector } from '../../actors/index.ts'
import {
  claimWorkDirectory,
  defaultMasterOptions,
  parseZooKeeperUrl,
  startElectedMaster,
  startMasterNode,
  type MasterNode,
  type MasterNodeOptions,
  type MasterOptions,
} from '../../mesos/index.ts'
import {
  addAllocatorFlags,
  allocatorOptionsOf,
  shownAllocatorFlags,
  type AllocatorFlags,
} from './allocator-flags.ts'
import type { CommandFactory } from './command.ts'
import {
  addDoorFlags,
  doorOptionsOf,
  isGuarded,
  openDoorWarning,
  shownDoorFlags,
  type DoorFlags,
} from './door-flags.ts'
import { duration, rate, shownDuration } from './duration.ts'
import {
  addressFlag,
  endWithFlag,
  hostFlag,
  nodeOptionsOf,
  secretFlag,
  wholeNumber,
  writeAddress,
  type NodeFlags,
} from './node-flags.ts'
import { sslCertFlag, sslKeyFlag, tlsOf, type TlsFlags } from './tls-flags.ts'
import { untilTold } from './until-told.ts'

const DEFAULT_PORT = 5050
const DEFAULT_LINE_PORT = 5055

interface MasterFlags extends NodeFlags, AllocatorFlags, DoorFlags, TlsFlags {
  readonly linePort?: number
  readonly agentPingTimeout: number
  readonly maxAgentPingTimeouts: number
  readonly agentReregisterTimeout: number
  readonly agentRemovalRateLimit: number
  readonly recoveryAgentRemovalLimit: number
  readonly whitelist?: string
  readonly offerTimeout?: number
  readonly maxCompletedFrameworks: number
  readonly maxCompletedTasksPerFramework: number
  readonly maxUnreachableTasksPerFramework: number
  readonly registryMaxAgentAge: number
  readonly registryMaxAgentCount: number
  readonly roles?: readonly string[]
  readonly workDir?: string
  readonly zk?: string
  readonly zkSessionTimeout: number
}

const OPEN_DOOR = openDoorWarning(
  '--credentials',
  '--authenticate-http-readonly',
  '--authenticate-http-readwrite',
  '--authenticate-http-frameworks',
)

const httpPortFlag = (): Option =>
  new Option('--port <port>', 'port for HTTP: frameworks and operators; 0 takes any free one')
    .argParser(wholeNumber('a port', 0, 65_535))
    .default(DEFAULT_PORT)

const linePortFlag = (): Option =>
  new Option(
    '--line-port <port>',
    `port for agents and frameworks of Troupe; ${DEFAULT_LINE_PORT} by default, any free one with --port 0`,
  ).argParser(wholeNumber('a port', 0, 65_535))

const pingTimeoutFlag = (): Option =>
  new Option(
    '--agent-ping-timeout <time>',
    'a lost agent is given up after as many of these as the next flag says',
  )
    .argParser(duration(1000))
    .default(defaultMasterOptions.agentPingTimeoutMs, '15secs')

const maxPingTimeoutsFlag = (): Option =>
  new Option('--max-agent-ping-timeouts <count>', 'see the flag before it')
    .argParser(wholeNumber('a count', 1, 1000))
    .default(defaultMasterOptions.maxAgentPingTimeouts)

const reregisterFlag = (): Option =>
  new Option(
    '--agent-reregister-timeout <time>',
    'agents that an earlier master had are unreachable if they have not come back by then',
  )
    .argParser(duration(1000))
    .default(defaultMasterOptions.agentReregisterTimeoutMs, '10mins')

const removalRateFlag = (): Option =>
  new Option(
    '--agent-removal-rate-limit <rate>',
    'most agents that are given up in a time, such as 1/10mins',
  )
    .argParser(rate)
    .default(0, 'none')

const removalLimitFlag = (): Option =>
  new Option(
    '--recovery-agent-removal-limit <percent>',
    'if more of the agents that an earlier master had have not come back, the master fails rather than give them up',
  )
    .argParser(percent)
    .default(1, '100%')

/** Reads `50%`: 0.5. */
function percent(text: string): number {
  const [, amount = ''] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? []
  const ratio = Number(amount || 'none') / 100
  if (ratio >= 0 && ratio <= 1) return ratio
  throw new InvalidArgumentError('It is no percentage from 0% to 100%.')
}

const whitelistFlag = (): Option =>
  new Option(
    '--whitelist <file>',
    'a file of host names, a line each: only agents of these are offered; it is read again every 5 seconds',
  )

const offerTimeoutFlag = (): Option =>
  new Option(
    '--offer-timeout <time>',
    'an offer that is neither accepted nor declined is rescinded after it; never by default',
  ).argParser(duration(1))

const completedFrameworksFlag = (): Option =>
  new Option('--max-completed-frameworks <count>', 'how many that have ended are remembered')
    .argParser(wholeNumber('a count', 0, 1_000_000))
    .default(defaultMasterOptions.maxCompletedFrameworks)

const completedTasksFlag = (): Option =>
  new Option(
    '--max-completed-tasks-per-framework <count>',
    'how many that have ended are remembered of each framework',
  )
    .argParser(wholeNumber('a count', 0, 1_000_000))
    .default(defaultMasterOptions.maxCompletedTasks)

const agentAgeFlag = (): Option =>
  new Option('--registry-max-agent-age <time>', 'an agent out of reach for so long is forgotten')
    .argParser(duration(1000))
    .default(defaultMasterOptions.registryMaxAgentAgeMs, '2weeks')

const agentCountFlag = (): Option =>
  new Option('--registry-max-agent-count <count>', 'how many agents out of reach are remembered')
    .argParser(wholeNumber('a count', 1, 1_000_000))
    .default(defaultMasterOptions.registryMaxAgentCount)

const unreachableTasksFlag = (): Option =>
  new Option(
    '--max-unreachable-tasks-per-framework <count>',
    'how many whose agents are out of reach are remembered of each framework',
  )
    .argParser(wholeNumber('a count', 0, 1_000_000))
    .default(defaultMasterOptions.maxUnreachableTasks)

const rolesFlag = (): Option =>
  new Option(
    '--roles <list>',
    'the roles that frameworks may be in, parted by commas; * always',
  ).argParser((text) => text.split(',').map((one) => one.trim()))

const workDirFlag = (): Option =>
  new Option(
    '--work-dir <directory>',
    'where the registry is kept: agents, quotas, weights; without it they end with the process',
  )

const zkFlag = (): Option =>
  new Option(
    '--zk <url>',
    'zk://host:port,host:port/path: masters with the same one elect which of them leads; the registry is there, too',
  )

const zkSessionFlag = (): Option =>
  new Option('--zk-session-timeout <time>', 'how long a leader that is silent stays it')
    .argParser(duration(1000))
    .default(10_000, '10secs')

/** `troupe master`: the master of a cluster, until it is told to end. */
export const masterCommand: CommandFactory = (environment, finish) =>
  addDoorFlags(
    addAllocatorFlags(
      new Command('master')
        .description('run the master of a cluster')
        .addOption(hostFlag())
        .addOption(httpPortFlag())
        .addOption(linePortFlag())
        .addOption(secretFlag())
        .addOption(workDirFlag())
        .addOption(zkFlag())
        .addOption(zkSessionFlag())
        .addOption(rolesFlag())
        .addOption(pingTimeoutFlag())
        .addOption(maxPingTimeoutsFlag())
        .addOption(reregisterFlag())
        .addOption(removalRateFlag())
        .addOption(removalLimitFlag())
        .addOption(whitelistFlag())
        .addOption(offerTimeoutFlag())
        .addOption(completedFrameworksFlag())
        .addOption(completedTasksFlag())
        .addOption(unreachableTasksFlag())
        .addOption(agentAgeFlag())
        .addOption(agentCountFlag()),
    ),
  )
    .addOption(sslCertFlag())
    .addOption(sslKeyFlag())
    .addOption(addressFlag())
    .addOption(endWithFlag())
    .action(async (flags: MasterFlags) => {
      const { disk, processes } = environment
      const { host, port } = flags
      const linePort = flags.linePort ?? (port === 0 ? 0 : DEFAULT_LINE_PORT)
      const node = await nodeOptionsOf(disk, { ...flags, port: linePort })
      const { door, acls } = await doorOptionsOf(disk, flags)
      const tls = await tlsOf(environment, flags)
      const workDir = flags.workDir === undefined ? undefined : disk.absolute(flags.workDir)
      const release =
        workDir === undefined
          ? (): Promise<void> => Promise.resolve()
          : await claimWorkDirectory(environment, workDir, 'master')
      const options: MasterNodeOptions = {
        environment,
        node,
        http: { host, port, ...tls },
        door,
        flags: { ...shownFlags(flags), ...shownAllocatorFlags(flags), ...shownDoorFlags(flags) },
        settings: {
          master: { ...masterOptionsOf(flags), ...(acls !== undefined && { acls }) },
          allocator: allocatorOptionsOf(flags),
          ...(flags.whitelist !== undefined && { whitelistPath: disk.absolute(flags.whitelist) }),
        },
        ...(workDir !== undefined && { registryDirectory: `${workDir}/registry` }),
      }
      const { system, address, httpAddress, ended } = await started(options, flags).catch(
        async (error: unknown) => {
          await release()
          throw error
        },
      )
      startInspector(system)
      await writeAddress(disk, flags.addressFile, address, httpAddress)
      processes.stdout.write(`master listens on ${address}\n`)
      processes.stdout.write(
        `and on http${tls.tls === undefined ? '' : 's'}://${httpAddress ?? ''} for frameworks and operators\n`,
      )
      if (!isLoopback(host) && !isGuarded(flags)) {
        processes.stderr.write(OPEN_DOOR)
      }
      const code = await untilTold(environment, system, flags.endWith)
      await ended
      await release()
      finish(code)
    })

async function started(
  options: MasterNodeOptions,
  { zk, zkSessionTimeout }: MasterFlags,
): Promise<Omit<MasterNode, 'master'> & { readonly ended?: Promise<void> }> {
  if (zk === undefined) return startMasterNode(options)
  const { registryDirectory: _, ...rest } = options
  const zookeeper = { ...parseZooKeeperUrl(zk), sessionTimeoutMs: zkSessionTimeout }
  return startElectedMaster({ ...rest, zookeeper })
}

function masterOptionsOf(flags: MasterFlags): Partial<MasterOptions> {
  return {
    agentPingTimeoutMs: flags.agentPingTimeout,
    maxAgentPingTimeouts: flags.maxAgentPingTimeouts,
    agentReregisterTimeoutMs: flags.agentReregisterTimeout,
    agentRemovalEveryMs: flags.agentRemovalRateLimit,
    recoveryAgentRemovalRatio: flags.recoveryAgentRemovalLimit,
    maxCompletedFrameworks: flags.maxCompletedFrameworks,
    maxCompletedTasks: flags.maxCompletedTasksPerFramework,
    maxUnreachableTasks: flags.maxUnreachableTasksPerFramework,
    registryMaxAgentAgeMs: flags.registryMaxAgentAge,
    registryMaxAgentCount: flags.registryMaxAgentCount,
    ...(flags.offerTimeout !== undefined && { offerTimeoutMs: flags.offerTimeout }),
    ...(flags.roles !== undefined && { roles: new Set(flags.roles) }),
  }
}

/** As `/flags` shows them. */
function shownFlags(flags: MasterFlags): Readonly<Record<string, string>> {
  const { agentRemovalRateLimit, roles, workDir, zk } = flags
  return {
    ...(zk !== undefined && { zk, zk_session_timeout: shownDuration(flags.zkSessionTimeout) }),
    ip: flags.host,
    port: String(flags.port),
    agent_ping_timeout: shownDuration(flags.agentPingTimeout),
    max_agent_ping_timeouts: String(flags.maxAgentPingTimeouts),
    agent_reregister_timeout: shownDuration(flags.agentReregisterTimeout),
    recovery_agent_removal_limit: `${Number((flags.recoveryAgentRemovalLimit * 100).toFixed(6))}%`,
    ...(flags.whitelist !== undefined && { whitelist: flags.whitelist }),
    max_completed_frameworks: String(flags.maxCompletedFrameworks),
    max_completed_tasks_per_framework: String(flags.maxCompletedTasksPerFramework),
    max_unreachable_tasks_per_framework: String(flags.maxUnreachableTasksPerFramework),
    registry_max_agent_age: shownDuration(flags.registryMaxAgentAge),
    registry_max_agent_count: String(flags.registryMaxAgentCount),
    ...(flags.offerTimeout !== undefined && { offer_timeout: shownDuration(flags.offerTimeout) }),
    ...(agentRemovalRateLimit > 0 && {
      agent_removal_rate_limit: `1/${shownDuration(agentRemovalRateLimit)}`,
    }),
    ...(roles !== undefined && { roles: roles.join(',') }),
    ...(workDir !== undefined && { work_dir: workDir }),
  }
}

import { Command, InvalidArgumentError, Option } from '../command-line.ts'
import { startInspector } from '../../actors/index.ts'
import {
  claimWorkDirectory,
  cleanUpAgent,
  detectResources,
  parseDuration,
  startAgentNode,
  type AgentNodeOptions,
  type ReconfigurationPolicy,
} from '../../mesos/index.ts'
import {
  addContainerFlags,
  containerOptions,
  sayIsolation,
  type ContainerFlags,
} from './agent-container-flags.ts'
import {
  addAgentDoorFlags,
  agentDoorOf,
  agentDoorWarning,
  withoutSecrets,
  type AgentDoorFlags,
} from './agent-door-flags.ts'
import { addSandboxFlags, sandboxSettings, type SandboxFlags } from './agent-sandbox-flags.ts'
import { shownAgentFlags } from './agent-shown-flags.ts'
import type { CommandFactory } from './command.ts'
import {
  addressFlag,
  endWithFlag,
  hostFlag,
  nodeOptionsOf,
  portFlag,
  secretFlag,
  wholeNumber,
  writeAddress,
  type NodeFlags,
} from './node-flags.ts'
import { sslCertFlag, sslKeyFlag, tlsOf, type TlsFlags } from './tls-flags.ts'
import { untilTold } from './until-told.ts'

interface AgentFlags extends NodeFlags, ContainerFlags, SandboxFlags, TlsFlags, AgentDoorFlags {
  readonly linePort: number
  readonly master: string
  readonly resources?: string
  readonly attributes?: string
  readonly workDir: string
  readonly hostname?: string
  readonly recover: 'reconnect' | 'cleanup'
  readonly reconfigurationPolicy: ReconfigurationPolicy
  /** In milliseconds, as are those below. */
  readonly recoveryTimeout?: number
  readonly executorRegistrationTimeout?: number
  readonly executorReregistrationTimeout?: number
  readonly executorShutdownGracePeriod?: number
}

const DEFAULT_PORT = 5051
const linePortFlag = (): Option =>
  new Option('--line-port <port>', 'port for nodes of Troupe, its own executors among them')
    .argParser(wholeNumber('a port', 0, 65_535))
    .default(0, 'any free one')

/** `troupe agent`: an agent that offers a machine's resources to a master, until it is told to end. */
export const agentCommand: CommandFactory = (environment, finish) =>
  addAgentDoorFlags(addContainerFlags(addSandboxFlags(new Command('agent'))))
    .description('run an agent of a cluster')
    .requiredOption(
      '--master <address>',
      'host:port of the master, of its HTTP door or of its line, or zk://host:port/path where the one that leads is found',
    )
    .option(
      '--resources <string>',
      'what to offer, such as "cpus:4;mem:2048;cpus(spark):8;ports:[31000-32000]", or a JSON array; kinds that it leaves out are what this machine has',
    )
    .option(
      '--attributes <string>',
      'what frameworks may choose by, such as "rack:a;zone:1", or a JSON array',
    )
    .option(
      '--work-dir <directory>',
      'where sandboxes are made, and where an agent before has left what runs',
      '/var/tmp/troupe/agent',
    )
    .option('--hostname <name>', 'the name that frameworks see; the address by default')
    .addOption(
      new Option('--recover <what>', 'what to do with the executors of an agent before')
        .choices(['reconnect', 'cleanup'])
        .default('reconnect'),
    )
    .addOption(
      new Option('--reconfiguration-policy <policy>', 'how it may differ from the agent before')
        .choices(['equal', 'additive'])
        .default('equal'),
    )
    .addOption(
      durationFlag('recovery-timeout', 'how long executors wait for their agent', '15mins'),
    )
    .addOption(
      durationFlag(
        'executor-registration-timeout',
        'how long a started executor may take to subscribe',
        '1mins',
      ),
    )
    .addOption(
      durationFlag(
        'executor-reregistration-timeout',
        'how long executors of an agent before may take to subscribe again',
        '15secs',
      ),
    )
    .addOption(
      durationFlag(
        'executor-shutdown-grace-period',
        'how long an executor may take to shut down before it is killed',
        '5secs',
      ),
    )
    .addOption(hostFlag())
    .addOption(portFlag(DEFAULT_PORT))
    .addOption(linePortFlag())
    .addOption(secretFlag())
    .addOption(sslCertFlag())
    .addOption(sslKeyFlag())
    .addOption(addressFlag())
    .addOption(endWithFlag())
    .action(async (flags: AgentFlags) => {
      const { disk, processes } = environment
      const workDir = disk.absolute(flags.workDir)
      const tls = await tlsOf(environment, flags)
      const door = await agentDoorOf(disk, flags)
      const release = await claimWorkDirectory(environment, workDir)
      if (flags.recover === 'cleanup') {
        const ended = await cleanUpAgent(environment, workDir, containerOptions(flags, disk))
        processes.stdout.write(`ended ${ended} executors of the agent before; it is forgotten\n`)
        await release()
        finish(0)
        return
      }
      const { system, address, httpAddress, refusal } = await startAgentNode({
        environment,
        master: flags.master,
        resources: await detectResources(environment, workDir, flags.resources ?? ''),
        workDir,
        reconfigurationPolicy: flags.reconfigurationPolicy,
        settings: { ...settingsOf(flags), ...sandboxSettings(flags, disk) },
        containers: containerOptions(flags, disk),
        node: await nodeOptionsOf(disk, { ...flags, port: flags.linePort }),
        http: { host: flags.host, port: flags.port, ...tls },
        door,
        flags: shownAgentFlags(withoutSecrets(flags)),
        ...(flags.hostname !== undefined && { hostname: flags.hostname }),
        ...(flags.attributes !== undefined && { attributes: flags.attributes }),
      }).catch(async (error: unknown) => {
        await release()
        throw error
      })
      startInspector(system)
      await writeAddress(disk, flags.addressFile, address, httpAddress)
      processes.stdout.write(`agent listens on ${address}\n`)
      processes.stdout.write(
        `and on http${tls.tls === undefined ? '' : 's'}://${httpAddress ?? ''} for executors and operators\n`,
      )
      processes.stderr.write(agentDoorWarning(flags))
      processes.stdout.write(`${sayIsolation(flags)}\n`)
      const code = await untilTold(environment, system, flags.endWith)
      await release()
      finish(code)
      const reason = refusal()
      if (reason !== undefined) throw reason
    })

function settingsOf(flags: AgentFlags): NonNullable<AgentNodeOptions['settings']> {
  const {
    recoveryTimeout,
    executorRegistrationTimeout,
    executorReregistrationTimeout,
    executorShutdownGracePeriod,
  } = flags
  return {
    switchesUsers: flags.switchUser,
    ...(recoveryTimeout !== undefined && { recoveryTimeoutMs: recoveryTimeout }),
    ...(executorRegistrationTimeout !== undefined && {
      executorRegistrationTimeoutMs: executorRegistrationTimeout,
    }),
    ...(executorReregistrationTimeout !== undefined && {
      executorReregistrationTimeoutMs: executorReregistrationTimeout,
    }),
    ...(executorShutdownGracePeriod !== undefined && {
      executorShutdownGraceMs: executorShutdownGracePeriod,
    }),
  }
}

/** A duration as Mesos writes it. */
function durationFlag(name: string, says: string, byDefault: string): Option {
  return new Option(`--${name} <duration>`, `${says}; ${byDefault} by default`).argParser(
    (text: string) => {
      const durationMs = parseDuration(text)
      if (durationMs !== undefined) return durationMs
      throw new InvalidArgumentError('It is no duration, such as 500ms, 5secs or 15mins.')
    },
  )
}

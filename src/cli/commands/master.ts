import { Command, Option } from '../command-line.ts'
import { startInspector } from '../../actors/index.ts'
import { defaultMasterOptions, startMasterNode } from '../../mesos/index.ts'
import {
  addAllocatorFlags,
  allocatorOptionsOf,
  shownAllocatorFlags,
  type AllocatorFlags,
} from './allocator-flags.ts'
import type { CommandFactory } from './command.ts'
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
import { untilTold } from './until-told.ts'

const DEFAULT_PORT = 5050
const DEFAULT_LINE_PORT = 5055
const DAY_SECONDS = 86_400

interface MasterFlags extends NodeFlags, AllocatorFlags {
  readonly linePort?: number
  readonly agentPingTimeout: number
  readonly maxAgentPingTimeouts: number
}

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
    '--agent-ping-timeout <seconds>',
    'a lost agent is given up after as many of these as the next flag says',
  )
    .argParser(wholeNumber('a timeout', 1, DAY_SECONDS))
    .default(defaultMasterOptions.agentPingTimeoutMs / 1000)

const maxPingTimeoutsFlag = (): Option =>
  new Option('--max-agent-ping-timeouts <count>', 'see the flag before it')
    .argParser(wholeNumber('a count', 1, 1000))
    .default(defaultMasterOptions.maxAgentPingTimeouts)

/** `troupe master`: the master of a cluster, until it is told to end. */
export const masterCommand: CommandFactory = (environment, finish) =>
  addAllocatorFlags(
    new Command('master')
      .description('run the master of a cluster')
      .addOption(hostFlag())
      .addOption(httpPortFlag())
      .addOption(linePortFlag())
      .addOption(secretFlag())
      .addOption(pingTimeoutFlag())
      .addOption(maxPingTimeoutsFlag()),
  )
    .addOption(addressFlag())
    .addOption(endWithFlag())
    .action(async (flags: MasterFlags) => {
      const { disk, processes } = environment
      const { host, port, maxAgentPingTimeouts, agentPingTimeout } = flags
      const linePort = flags.linePort ?? (port === 0 ? 0 : DEFAULT_LINE_PORT)
      const node = await nodeOptionsOf(disk, { ...flags, port: linePort })
      const { system, address, httpAddress } = await startMasterNode({
        environment,
        node,
        http: { host, port },
        flags: {
          ip: host,
          port: String(port),
          agent_ping_timeout: `${agentPingTimeout}secs`,
          max_agent_ping_timeouts: String(maxAgentPingTimeouts),
          ...shownAllocatorFlags(flags),
        },
        settings: {
          master: { agentPingTimeoutMs: agentPingTimeout * 1000, maxAgentPingTimeouts },
          allocator: allocatorOptionsOf(flags),
        },
      })
      startInspector(system)
      await writeAddress(disk, flags.addressFile, address)
      processes.stdout.write(`master listens on ${address}\n`)
      processes.stdout.write(`and on http://${httpAddress ?? ''} for frameworks and operators\n`)
      finish(await untilTold(environment, system, flags.endWith))
    })

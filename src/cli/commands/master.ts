import { Command, Option } from '../command-line.ts'
import { startInspector } from '../../actors/index.ts'
import { defaultMasterOptions, startMasterNode } from '../../mesos/index.ts'
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
import { untilTold } from './until-told.ts'

const DEFAULT_PORT = 5050
const DAY_SECONDS = 86_400

interface MasterFlags extends NodeFlags {
  readonly agentPingTimeout: number
  readonly maxAgentPingTimeouts: number
}

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
  new Command('master')
    .description('run the master of a cluster')
    .addOption(hostFlag())
    .addOption(portFlag(DEFAULT_PORT))
    .addOption(secretFlag())
    .addOption(pingTimeoutFlag())
    .addOption(maxPingTimeoutsFlag())
    .addOption(addressFlag())
    .addOption(endWithFlag())
    .action(async (flags: MasterFlags) => {
      const { disk, processes } = environment
      const node = await nodeOptionsOf(disk, flags)
      const { maxAgentPingTimeouts } = flags
      const { system, address } = await startMasterNode({
        environment,
        node,
        settings: {
          master: { agentPingTimeoutMs: flags.agentPingTimeout * 1000, maxAgentPingTimeouts },
        },
      })
      startInspector(system)
      await writeAddress(disk, flags.addressFile, address)
      processes.stdout.write(`master listens on ${address}\n`)
      finish(await untilTold(environment, system, flags.endWith))
    })

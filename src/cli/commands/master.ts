import { Command } from '../command-line.ts'
import { startInspector } from '../../actors/index.ts'
import { startMasterNode } from '../../mesos/index.ts'
import type { CommandFactory } from './command.ts'
import {
  addressFlag,
  endWithFlag,
  hostFlag,
  nodeOptionsOf,
  portFlag,
  secretFlag,
  writeAddress,
  type NodeFlags,
} from './node-flags.ts'
import { untilTold } from './until-told.ts'

const DEFAULT_PORT = 5050

/** `troupe master`: the master of a cluster, until it is told to end. */
export const masterCommand: CommandFactory = (environment, finish) =>
  new Command('master')
    .description('run the master of a cluster')
    .addOption(hostFlag())
    .addOption(portFlag(DEFAULT_PORT))
    .addOption(secretFlag())
    .addOption(addressFlag())
    .addOption(endWithFlag())
    .action(async (flags: NodeFlags) => {
      const { disk, processes } = environment
      const node = await nodeOptionsOf(disk, flags)
      const { system, address } = await startMasterNode({ environment, node })
      startInspector(system)
      await writeAddress(disk, flags.addressFile, address)
      processes.stdout.write(`master listens on ${address}\n`)
      finish(await untilTold(environment, system, flags.endWith))
    })

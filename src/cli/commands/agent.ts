import { Command } from '../command-line.ts'
import { startInspector } from '../../actors/index.ts'
import { claimWorkDirectory, startAgentNode } from '../../mesos/index.ts'
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

interface AgentFlags extends NodeFlags {
  readonly master: string
  readonly resources?: string
  readonly attributes?: string
  readonly workDir: string
  readonly hostname?: string
}

const DEFAULT_PORT = 5051
const MEGABYTE = 1024 * 1024

/** `troupe agent`: an agent that offers a machine's resources to a master, until it is told to end. */
export const agentCommand: CommandFactory = (environment, finish) =>
  new Command('agent')
    .description('run an agent of a cluster')
    .requiredOption('--master <address>', 'the master: http://host:port, or host:port of its line')
    .option(
      '--resources <string>',
      'what to offer, such as "cpus:4;mem:2048;cpus(spark):8;ports:[31000-32000]", or a JSON array; the cores and half the memory limit by default',
    )
    .option(
      '--attributes <string>',
      'what frameworks may choose by, such as "rack:a;zone:1", or a JSON array',
    )
    .option('--work-dir <directory>', 'where sandboxes are made', '/var/tmp/troupe/agent')
    .option('--hostname <name>', 'the name that frameworks see; the address by default')
    .addOption(hostFlag())
    .addOption(portFlag(DEFAULT_PORT))
    .addOption(secretFlag())
    .addOption(addressFlag())
    .addOption(endWithFlag())
    .action(async (flags: AgentFlags) => {
      const { disk, processes, heap } = environment
      const memory = Math.floor(heap.limitBytes() / 2 / MEGABYTE)
      const workDir = disk.absolute(flags.workDir)
      const release = await claimWorkDirectory(environment, workDir)
      const { system, address, refusal } = await startAgentNode({
        environment,
        master: flags.master,
        resources: flags.resources ?? `cpus:${processes.availableParallelism};mem:${memory}`,
        workDir,
        node: await nodeOptionsOf(disk, flags),
        ...(flags.hostname !== undefined && { hostname: flags.hostname }),
        ...(flags.attributes !== undefined && { attributes: flags.attributes }),
      }).catch(async (error: unknown) => {
        await release()
        throw error
      })
      startInspector(system)
      await writeAddress(disk, flags.addressFile, address)
      processes.stdout.write(`agent listens on ${address}\n`)
      const code = await untilTold(environment, system, flags.endWith)
      await release()
      finish(code)
      const reason = refusal()
      if (reason !== undefined) throw reason
    })

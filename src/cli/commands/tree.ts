import { Command } from '../command-line.ts'
import {
  ActorSystem,
  type ActorRef,
  INSPECTOR_PATH,
  formatMetrics,
  formatTree,
  metricsOf,
  startNode,
  type InspectorRequest,
  type LedgerReportReply,
  type TreeReply,
} from '../../actors/index.ts'
import type { Environment } from '../../platform/index.ts'
import { formatLedgerReport } from '../report/ledger-tables.ts'
import type { CommandFactory } from './command.ts'
import { secretFlag, secretOf, wholeNumber } from './node-flags.ts'

interface TreeFlags {
  readonly secretFile?: string
  readonly ledger: boolean
  readonly metrics: boolean
  readonly limit: number
  readonly rateMs: number
}

/** `troupe tree host:port`: the live tree of a running system. */
export const treeCommand: CommandFactory = (environment) =>
  new Command('tree')
    .description('print the live tree of a running system')
    .argument('<host:port>', 'where the system listens')
    .addOption(secretFlag())
    .option('--ledger', 'print what became of its messages, too', false)
    .option('--metrics', 'print nothing but its metrics, as OpenMetrics text', false)
    .option('--limit <actors>', 'actors to print at most', wholeNumber('limit', 1, 10_000), 1_000)
    .option(
      '--rate-ms <ms>',
      'how long to watch before rates are told; 0 tells none',
      wholeNumber('rate-ms', 0, 60_000),
      500,
    )
    .action(async (address: string, flags: TreeFlags) => {
      const system = ActorSystem.create('troupe-tree', { environment })
      try {
        await look(environment, system, address, flags)
      } finally {
        await system.terminate()
      }
    })

async function look(
  environment: Environment,
  system: ActorSystem,
  address: string,
  flags: TreeFlags,
): Promise<void> {
  const { disk, processes, clock } = environment
  const node = await startNode(system, {
    listen: false,
    ...(await secretOf(disk, flags.secretFile)),
  })
  const peer = await node.join(address, { timeoutMs: 5_000 })
  const inspector = await peer.resolve<InspectorRequest>(INSPECTOR_PATH)
  if (flags.metrics) {
    processes.stdout.write(formatMetrics(metricsOf(await reportOf(inspector))))
    return
  }
  const tree = (): Promise<TreeReply> =>
    inspector.ask<TreeReply>((replyTo) => ({ type: 'GetTree', limit: flags.limit, replyTo }))
  const first = await tree()
  let last = first
  if (flags.rateMs > 0) {
    await new Promise<void>((resolve) => clock.setTimer(flags.rateMs, resolve))
    last = await tree()
  }
  processes.stdout.write(`${formatTree(last.rows, first.rows, last.atMs - first.atMs)}\n`)
  if (last.omitted > 0) processes.stdout.write(`… and ${last.omitted} more (--limit)\n`)
  if (!flags.ledger) return
  processes.stdout.write(`\n${formatLedgerReport(await reportOf(inspector))}\n`)
}

function reportOf(inspector: ActorRef<InspectorRequest>): Promise<LedgerReportReply> {
  return inspector.ask<LedgerReportReply>((replyTo) => ({ type: 'GetLedgerReport', replyTo }))
}

import { Command } from '../command-line.ts'
import {
  ActorSystem,
  INSPECTOR_PATH,
  formatDecisions,
  formatExplanation,
  startNode,
  type ExplainReply,
  type InspectorRequest,
} from '../../actors/index.ts'
import type { Environment } from '../../platform/index.ts'
import type { CommandFactory } from './command.ts'
import { secretFlag, secretOf, wholeNumber } from './node-flags.ts'

interface ExplainFlags {
  readonly node: string
  readonly secretFile?: string
  readonly hops: number
  readonly limit: number
  readonly full: boolean
  readonly json: boolean
}

const HELP = `
Subjects: job 0 · stage 1 · stage 1.0 · task 1/3 (of any attempt of its stage) · task 1.0/3 · executor 0 ·
offer <id> · framework <id> · agent <id> · allocation <n> · a task of the cluster manager (task <id>) ·
an actor's path (/user/…). Without one, the newest decisions of the node are told.

  troupe explain job 0 --node 127.0.0.1:40003
  troupe explain /user/master --node 127.0.0.1:5055
`

/** `troupe explain <subject> --node host:port`: why things are as they are, over all nodes. */
export const explainCommand: CommandFactory = (environment, finish) =>
  new Command('explain')
    .description('tell in sentences what was decided, and why, across all nodes')
    .argument('[subject...]', 'what to explain, such as job 0')
    .requiredOption('--node <host:port>', 'the node to begin with: a driver, a master, an agent')
    .addOption(secretFlag())
    .option('--hops <n>', 'references to follow one after the other', wholeNumber('hops', 0, 64), 8)
    .option(
      '--limit <n>',
      'decisions to tell of one subject by one node',
      wholeNumber('limit', 1, 250),
      12,
    )
    .option('--full', 'whole accounts of all decisions on the way, computed again', false)
    .option('--json', 'plain data for programs', false)
    .addHelpText('after', HELP)
    .action(async (words: readonly string[], flags: ExplainFlags) => {
      const system = ActorSystem.create('troupe-explain', { environment })
      try {
        const secret = await secretOf(environment.disk, flags.secretFile)
        const node = await startNode(system, { listen: false, ...secret })
        // Who can't be reached at all is told as of any command, not as a hole in the explanation.
        const peer = await node.join(flags.node, { timeoutMs: 5_000 })
        const inspector = await peer.resolve<InspectorRequest>(INSPECTOR_PATH)
        if (words.length > 0) finish(await explain(environment, system, words.join(' '), flags))
        else {
          const { limit } = flags
          const { node: name, records } = await inspector.ask<ExplainReply>((replyTo) => ({
            type: 'GetDecisions',
            limit,
            replyTo,
          }))
          const width = widthOf(environment)
          const text = flags.json ? JSON.stringify(records) : formatDecisions(name, records, width)
          environment.processes.stdout.write(`${text}\n`)
        }
      } finally {
        await system.terminate()
      }
    })

/** Resolves to the exit code: 1 when nobody knows the subject. */
async function explain(
  environment: Environment,
  system: ActorSystem,
  what: string,
  { node, hops, limit, full, json }: ExplainFlags,
): Promise<number> {
  const explanation = await system.explain(what, {
    at: node,
    maxHops: hops,
    limit,
    isFull: full,
  })
  const width = widthOf(environment)
  const text = json ? JSON.stringify(explanation) : formatExplanation(explanation, width)
  environment.processes.stdout.write(`${text}\n`)
  return explanation.answers.length === 0 ? 1 : 0
}

/** That of the terminal; 100 columns where there is none. */
function widthOf({ processes }: Environment): number {
  const { isTerminal, columns } = processes.stdout
  return isTerminal ? columns : 100
}

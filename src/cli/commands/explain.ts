import { Command } from '../command-line.ts'
import {
  ActorSystem,
  INSPECTOR_PATH,
  formatDecisions,
  formatExplanation,
  nodeAddressOf,
  startNode,
  type ExplainReply,
  type InspectorRequest,
  type TroupeNode,
} from '../../actors/index.ts'
import { masterAt } from '../../mesos/index.ts'
import type { Environment } from '../../platform/index.ts'
import type { CommandFactory } from './command.ts'
import { secretFlag, secretOf, wholeNumber } from './node-flags.ts'

interface ExplainFlags {
  readonly node?: string
  readonly master?: string
  readonly secretFile?: string
  readonly hops: number
  readonly limit: number
  readonly full: boolean
  readonly json: boolean
}

const HELP = `
Subjects: job 0 · stage 1 · stage 1.0 · task 1/3 (of any attempt of its stage) · task 1.0/3 · executor 0 ·
offer <id> · framework <id> · agent <id> · allocation <n> · a task of the cluster manager (<id>, or task <id>) ·
an actor's path (/user/…). Without one, the newest decisions of the node are told.

  troupe explain my-task --master 127.0.0.1:5050
  troupe explain job 0 --node 127.0.0.1:40003
  troupe explain /user/master --node 127.0.0.1:5055
`

/** `troupe explain <subject> --node host:port`, or `--master host:port` of its HTTP door: why things are as they are, over all nodes. */
export const explainCommand: CommandFactory = (environment, finish) =>
  new Command('explain')
    .description('tell in sentences what was decided, and why, across all nodes')
    .argument('[subject...]', 'what to explain, such as job 0')
    .option('--node <host:port>', 'the node to begin with: a driver, a master, an agent')
    .option('--master <host:port>', 'or the master whose HTTP door is there')
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
    .action(async (words: readonly string[], flags: ExplainFlags, command: Command) => {
      const system = ActorSystem.create('troupe-explain', { environment })
      try {
        const secret = await secretOf(environment.disk, flags.secretFile)
        const node = await startNode(system, { listen: false, ...secret })
        // Who can't be reached at all is told as of any command, not as a hole in the explanation.
        const first = await firstNode(node, command, flags)
        const peer = await node.join(first, { timeoutMs: 5_000 })
        const inspector = await peer.resolve<InspectorRequest>(INSPECTOR_PATH)
        if (words.length > 0)
          finish(await explain(environment, system, wantedIn(words), first, flags))
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

/** A word by itself that is neither a path nor `kind:id` is the id of a task. */
function wantedIn(words: readonly string[]): string {
  const [only = ''] = words
  return words.length === 1 && /^[^/: ]+$/.test(only) ? `task ${only}` : words.join(' ')
}

/** `host:port` of the node to begin with. */
async function firstNode(
  here: TroupeNode,
  command: Command,
  { node, master }: ExplainFlags,
): Promise<string> {
  if (node !== undefined && master === undefined) return node
  if (master === undefined || node !== undefined) {
    command.error("error: either '--node <host:port>' or '--master <host:port>' is needed")
  }
  return nodeAddressOf(await masterAt(here, master)()) ?? master
}

/** Resolves to the exit code: 1 when nobody knows the subject. */
async function explain(
  environment: Environment,
  system: ActorSystem,
  what: string,
  node: string,
  { hops, limit, full, json }: ExplainFlags,
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

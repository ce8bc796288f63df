import { Command, Option } from '../command-line.ts'
import { runWordCountDemo } from '../demo/word-count.ts'
import type { CommandFactory } from './command.ts'
import { wholeNumber } from './node-flags.ts'

interface DemoFlags {
  readonly chaos: boolean
  readonly agents: number
  readonly threads: number
  readonly sizeMb: number
  readonly partitions: number
  readonly top: number
  readonly line: 'cbor' | 'http'
}

/** `troupe demo wordcount`: a whole cluster on this machine, one job, one killed executor. */
export const demoCommand: CommandFactory = (environment, finish) =>
  new Command('demo').description('run a demonstration').addCommand(
    new Command('wordcount')
      .description('count words on a small cluster, and lose an executor on the way')
      .argument('[file...]', 'texts to count; by default one made from the King James Bible')
      .option('--no-chaos', 'kill nothing')
      .option('--agents <n>', 'agents to start', wholeNumber('agents', 1, 16), 2)
      .option('--threads <n>', 'task threads per executor', wholeNumber('threads', 1, 64), 1)
      .option(
        '--size-mb <mb>',
        'size of the text that is made',
        wholeNumber('size-mb', 1, 100_000),
        200,
      )
      .option(
        '--partitions <n>',
        'partitions of the reduce side',
        wholeNumber('partitions', 1, 10_000),
        8,
      )
      .option('--top <n>', 'words to print', wholeNumber('top', 1, 1_000), 10)
      .addOption(
        new Option(
          '--line <line>',
          'how framework and cluster speak: in messages of actors, or by v1 HTTP of Mesos',
        )
          .choices(['cbor', 'http'])
          .default('cbor'),
      )
      .action(async (files: readonly string[], flags: DemoFlags) => {
        finish(await runWordCountDemo(environment, { ...flags, files }))
      }),
  )

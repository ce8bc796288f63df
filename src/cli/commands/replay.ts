import { Command, InvalidArgumentError, Option } from '../command-line.ts'
import { defaultDoor, parseUtc, replay } from '../../ingest/index.ts'
import type { CommandFactory } from './command.ts'
import { duration, shownDuration } from './duration.ts'
import {
  addStoreFlags,
  describeStores,
  storeSettingsOf,
  type StoreFlags,
} from './ingest-store-flags.ts'

interface ReplayFlags extends StoreFlags {
  readonly from?: number
  readonly to?: number
  readonly wait: number
}

/** `troupe replay`: writes what was logged in an interval of time into the table again. */
export const replayCommand: CommandFactory = (environment) =>
  addStoreFlags(new Command('replay'))
    .description('write the events that were logged in an interval of time into the table again')
    .addOption(
      new Option(
        '--from <time>',
        'logged at that time or later, such as 2016-03-15T12:00:00Z; the beginning by default',
      ).argParser(time),
    )
    .addOption(
      new Option('--to <time>', 'and before that time; up to now by default').argParser(time),
    )
    .addOption(
      new Option('--wait <time>', 'how long the table may be out of reach')
        .argParser(duration(1))
        .default(defaultDoor.waitMs, shownDuration(defaultDoor.waitMs)),
    )
    .action(async (flags: ReplayFlags) => {
      const { disk, processes } = environment
      const { topic, from, to, wait } = flags
      const stores = await storeSettingsOf(disk, flags)
      const report = await replay(environment, {
        stores,
        topic,
        ...(from !== undefined && { fromMs: from }),
        ...(to !== undefined && { toMs: to }),
        waitMs: wait,
      })
      const { read, written, refused, invalid, samples } = report
      for (const { partition, offset, reason } of samples) {
        processes.stderr.write(`partition ${partition}, offset ${offset}: ${reason}\n`)
      }
      processes.stdout.write(`${describeStores(stores)}\n`)
      processes.stdout.write(
        `read ${read}: ${written} written, ${refused} refused by the table, ${invalid} that are no events\n`,
      )
    })

function time(text: string): number {
  const ms = parseUtc(text)
  if (ms !== undefined) return ms
  throw new InvalidArgumentError(
    'It is a date and time such as 2016-03-15T12:00:00Z or 2016-03-15 12:00:00; UTC where it names no zone.',
  )
}

import type { AgentNodeOptions } from '../../mesos/index.ts'
import type { Disk } from '../../platform/index.ts'
import { InvalidArgumentError, Option, type Command } from '../command-line.ts'
import { duration } from './duration.ts'
import { wholeNumber } from './node-flags.ts'

/** The flags of an agent that are for what surrounds a task: the files it starts with, and how long they stay. */
export interface SandboxFlags {
  readonly fetcherCacheSize: number
  readonly fetcherCacheDir?: string
  readonly fetcherStallTimeout: number
  readonly frameworksHome?: string
  readonly gcDelay: number
  readonly gcDiskHeadroom: number
  readonly diskWatchInterval: number
  readonly maxCompletedExecutorsPerFramework: number
}

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
}

/** Adds the flags to a command; names and texts are those of Mesos. */
export function addSandboxFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--fetcher-cache-size <bytes>', 'what files that may be kept take together')
        .argParser(bytes)
        .default(2 * 1024 ** 3, '2GB'),
    )
    .option(
      '--fetcher-cache-dir <directory>',
      'where they are kept: emptied at the start; fetch in the work directory by default',
    )
    .addOption(
      new Option('--fetcher-stall-timeout <time>', 'how long a server may send nothing')
        .argParser(duration(1000))
        .default(60_000, '1mins'),
    )
    .option('--frameworks-home <directory>', 'what relative paths of URIs begin with')
    .addOption(
      new Option('--gc-delay <time>', 'how long sandboxes stay when they are over, at most')
        .argParser(duration(0))
        .default(604_800_000, '1weeks'),
    )
    .addOption(
      new Option(
        '--gc-disk-headroom <ratio>',
        'the share of the disk that is to be free; the fuller it is, the sooner sandboxes go',
      )
        .argParser(ratio)
        .default(0.1),
    )
    .addOption(
      new Option('--disk-watch-interval <time>', 'how often the disk is looked at')
        .argParser(duration(1))
        .default(60_000, '1mins'),
    )
    .addOption(
      new Option(
        '--max-completed-executors-per-framework <number>',
        'executors that are over and are remembered',
      )
        .argParser(wholeNumber('a number', 0, 1_000_000))
        .default(150),
    )
}

/** What the agent makes of them; directories are meant from where the process was started. */
export function sandboxSettings(
  flags: SandboxFlags,
  disk: Disk,
): NonNullable<AgentNodeOptions['settings']> {
  const { fetcherCacheDir: cache, frameworksHome: home } = flags
  return {
    maxCompletedExecutorsPerFramework: flags.maxCompletedExecutorsPerFramework,
    collector: {
      delayMs: flags.gcDelay,
      diskHeadroomRatio: flags.gcDiskHeadroom,
      diskWatchIntervalMs: flags.diskWatchInterval,
    },
    fetcher: {
      cacheSizeBytes: flags.fetcherCacheSize,
      stallTimeoutMs: flags.fetcherStallTimeout,
      ...(cache !== undefined && { cacheDirectory: disk.absolute(cache) }),
      ...(home !== undefined && { frameworksHome: disk.absolute(home) }),
    },
  }
}

function ratio(text: string): number {
  const value = Number(text)
  if (/^[0-9.]+$/.test(text) && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('A share is a number from 0 to 1, such as 0.1.')
}

/** An amount of bytes as Mesos writes it. */
function bytes(text: string): number {
  const [, amount, unit = ''] = /^(\d+)([KMGT]?B)$/.exec(text) ?? []
  const unitBytes = UNITS[unit]
  if (unitBytes !== undefined) return Number(amount) * unitBytes
  throw new InvalidArgumentError('An amount of bytes is such as 512MB or 2GB.')
}

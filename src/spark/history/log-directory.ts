import type { Disk, Log } from '../../platform/index.ts'
import { SparkError } from '../errors.ts'
import { EVENT_LOG_SUFFIX } from '../event-log/index.ts'
import type { ApplicationSummary, OpenApplication, RestRoot } from '../rest-api/index.ts'
import type { StatusLimits } from '../status/index.ts'
import { LoggedApplication, type LogFile } from './logged-application.ts'

/** Applications whose events are kept in memory, once somebody has asked for them: as many as Spark's server keeps. */
const MAX_OPEN = 50
/** Names that Spark gives to logs that are compressed. */
const COMPRESSED = /\.(lz4|lzf|snappy|zstd)(\.inprogress)?$/

/** What {@link LogDirectory} works with. */
export interface LogDirectoryProps {
  readonly disk: Disk
  readonly log: Log
  readonly nowMs: () => number
  readonly directory: string
  readonly limits: StatusLimits
}

/** The applications whose event logs lie in a directory, as far as these are written. */
export class LogDirectory implements RestRoot {
  readonly isHistory = true
  readonly nowMs: () => number
  readonly #props: LogDirectoryProps
  /** By name, without what says that the application runs. */
  readonly #logs = new Map<string, LoggedApplication>()
  /** Those whose events are in memory, the one that was asked for last at the end. */
  readonly #open = new Set<LoggedApplication>()
  readonly #leftOut = new Set<string>()

  constructor(props: LogDirectoryProps) {
    this.#props = props
    this.nowMs = props.nowMs
  }

  /** @throws TROUPE_SPARK_EVENT_LOGS_MISSING when there is no such directory */
  async check(): Promise<void> {
    const { disk, directory } = this.#props
    const there = await disk.stat(directory)
    if (there?.isDirectory === true) return
    throw new SparkError(
      'TROUPE_SPARK_EVENT_LOGS_MISSING',
      `There is no directory ${directory} with event logs: name the one that applications write to (spark.eventLog.dir)`,
      { data: { directory } },
    )
  }

  /** Those that have ended last come first, those that run last. */
  readonly applications = async (): Promise<readonly ApplicationSummary[]> => {
    await this.#look()
    const summaries = [...this.#logs.values()].flatMap(({ summary }) => summary ?? [])
    return summaries.sort((a, b) => (b.endTime ?? -1) - (a.endTime ?? -1) || (a.id < b.id ? -1 : 1))
  }

  readonly open = async (applicationId: string): Promise<OpenApplication | undefined> => {
    await this.#look()
    const found = [...this.#logs.values()].find(({ summary }) => summary?.id === applicationId)
    if (found?.summary === undefined) return undefined
    const store = await found.store(this.#props.limits)
    this.#open.delete(found)
    this.#open.add(found)
    const [oldest] = this.#open
    if (this.#open.size > MAX_OPEN && oldest !== undefined) {
      this.#open.delete(oldest)
      oldest.forget()
    }
    const { summary, modifiedMs: nowMs, path: eventLog } = found
    return { summary, store, nowMs, eventLog }
  }

  /** Looks what logs there are, and what is new in them. */
  async #look(): Promise<void> {
    const { disk, directory } = this.#props
    const entries = await disk.list(directory)
    const there = new Set<string>()
    for (const { path, isDirectory } of entries) {
      const fileName = path.slice(path.lastIndexOf('/') + 1)
      if (fileName.startsWith('.') || isDirectory || COMPRESSED.test(fileName)) {
        this.#leaveOut(path, fileName)
        continue
      }
      const name = fileName.endsWith(EVENT_LOG_SUFFIX)
        ? fileName.slice(0, -EVENT_LOG_SUFFIX.length)
        : fileName
      const details = await disk.describe(path)
      if (details === undefined) continue // it has got another name meanwhile
      there.add(name)
      const { sizeBytes, modifiedUnixMs: modifiedMs } = details
      await this.#outline(name, { path, sizeBytes, modifiedMs })
    }
    for (const name of this.#logs.keys()) if (!there.has(name)) this.#logs.delete(name)
  }

  async #outline(name: string, file: LogFile): Promise<void> {
    const { disk, directory, log } = this.#props
    let known = this.#logs.get(name)
    if (known === undefined) {
      known = new LoggedApplication(disk, `file://${disk.absolute(directory)}`, file)
      this.#logs.set(name, known)
    }
    try {
      await known.outline(file)
    } catch (error) {
      log.write('warn', 'an event log can not be read', { path: file.path, error: String(error) })
    }
  }

  #leaveOut(path: string, fileName: string): void {
    if (fileName.startsWith('.') || this.#leftOut.has(path)) return
    this.#leftOut.add(path)
    const message =
      'an event log is left out: only those in one file that is not compressed are read'
    this.#props.log.write('warn', message, { path })
  }
}

import type { Disk, Log } from '../../platform/index.ts'
import { SparkError } from '../errors.ts'
import type { ApplicationSummary, OpenApplication, RestRoot } from '../rest-api/index.ts'
import type { StatusLimits } from '../status/index.ts'
import { outdated, type CleanerRules } from './cleaner.ts'
import { findLogs } from './find-logs.ts'
import { LoggedApplication, type LogFiles } from './logged-application.ts'

/** Applications whose events are kept in memory, once somebody has asked for them: as many as Spark's server keeps. */
const MAX_OPEN = 50
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
  /** Logs that can't be read, which is told once. */
  readonly #unreadable = new Set<string>()

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

  /** Removes logs of applications that have ended, as `rules` say. Never fails. */
  async clean(rules: CleanerRules): Promise<void> {
    const { disk, log, nowMs } = this.#props
    try {
      await this.#look()
      for (const path of outdated([...this.#logs.values()], rules, nowMs())) {
        log.write('info', 'an event log is removed: it is too old, or there are too many', { path })
        await disk.remove(path)
      }
    } catch (error) {
      log.write('warn', 'event logs can not be removed', { error: String(error) })
    }
  }

  /** Looks what logs there are, and what is new in them. */
  async #look(): Promise<void> {
    const { disk, directory } = this.#props
    const there = await findLogs(disk, directory)
    for (const [name, files] of there) await this.#outline(name, files)
    for (const name of this.#logs.keys()) if (!there.has(name)) this.#logs.delete(name)
  }

  async #outline(name: string, files: LogFiles): Promise<void> {
    const { disk, directory, log } = this.#props
    let known = this.#logs.get(name)
    if (known === undefined) {
      known = new LoggedApplication(disk, `file://${disk.absolute(directory)}`, files)
      this.#logs.set(name, known)
    }
    try {
      await known.outline(files)
    } catch (error) {
      if (this.#unreadable.has(name)) return
      this.#unreadable.add(name)
      const fields = { path: files.path, error: String(error) }
      log.write('warn', 'an event log can not be read', fields)
    }
  }
}

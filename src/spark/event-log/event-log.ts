import type { Disk, Log } from '../../platform/index.ts'
import { SparkError } from '../errors.ts'
import { SPARK_FORM_VERSION, type BlockManagerId, type SparkEvent } from '../events/index.ts'
import { sparkEventJson } from './event-json.ts'
import { openLogFiles, type LogFiles } from './log-files.ts'
import { LoggedStagePeaks } from './stage-peaks.ts'

/** More than this is not kept for a disk that is slow: what comes then is left out, and counted. */
const MAX_WAITING_CHARS = 64 << 20

/** What {@link EventLog} works with. */
export interface EventLogProps {
  readonly disk: Disk
  readonly log: Log
  /** `spark.eventLog.dir`; it must be there. */
  readonly directory: string
  readonly applicationId: string
  /** `spark.eventLog.logBlockUpdates.enabled` */
  readonly hasBlockUpdates: boolean
  /** `spark.eventLog.logStageExecutorMetrics` */
  readonly hasStagePeaks: boolean
  /** `spark.eventLog.compress` */
  readonly isCompressed: boolean
  /** `spark.eventLog.rolling.maxFileSize`; undefined: the log is one file. */
  readonly maxFileBytes: number | undefined
}

/**
 * The log of one application: a file or a folder of `spark.eventLog.dir`.
 *
 * @see EventLoggingListener.scala in Spark
 */
export class EventLog {
  readonly #props: EventLogProps
  readonly #files: LogFiles
  readonly #peaks: LoggedStagePeaks | undefined
  readonly #addresses = new Map<string, BlockManagerId>()
  #lines: string[] = []
  #waitingChars = 0
  #leftOut = 0
  #hasFailed = false
  #hasEnded = false
  #isClosed = false
  #writing: Promise<void> | undefined

  private constructor(props: EventLogProps, files: LogFiles) {
    this.#props = props
    this.#files = files
    this.#peaks = props.hasStagePeaks ? new LoggedStagePeaks() : undefined
    this.#add({ Event: 'SparkListenerLogStart', 'Spark Version': SPARK_FORM_VERSION })
  }

  /** @throws TROUPE_SPARK_EVENT_LOG_UNWRITABLE */
  static async open(props: EventLogProps): Promise<EventLog> {
    const { disk, directory } = props
    const there = await disk.stat(directory)
    if (there?.isDirectory !== true) {
      const why = there === undefined ? 'there is no such directory' : 'it is no directory'
      throw unwritable(directory, why)
    }
    try {
      return new EventLog(props, await openLogFiles(props))
    } catch (cause) {
      throw unwritable(directory, reasonOf(cause), cause)
    }
  }

  /** Where it is as long as the application has not ended. */
  get path(): string {
    return this.#files.path
  }

  /** Bound: the listener that feeds it. */
  readonly listener = (event: SparkEvent): void => {
    switch (event.type) {
      case 'SparkListenerBlockManagerAdded':
        this.#addresses.set(event.blockManagerId.executorId, event.blockManagerId)
        break
      case 'SparkListenerApplicationEnd':
        this.#hasEnded = true
        break
      case 'SparkListenerBlockUpdated':
        if (!this.#props.hasBlockUpdates) return
        break
      case 'SparkListenerExecutorRemoved':
      case 'SparkListenerBlockManagerRemoved':
        // That they end with their application is not told of them.
        if (this.#hasEnded) return
        break
      default:
    }
    for (const before of this.#peaks?.heard(event) ?? []) this.#tell(before)
    this.#tell(event)
  }

  /** Writes what waits, and gives the log its name. Never fails: a log that can't be written is warned of. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#writing
    const { log } = this.#props
    if (this.#leftOut > 0) {
      const fields = { path: this.path, leftOut: this.#leftOut }
      log.write(
        'warn',
        `the event log lacks ${this.#leftOut} events: its disk was too slow`,
        fields,
      )
    }
    try {
      await this.#files.close(this.#hasFailed)
    } catch (error) {
      this.#failed(error)
    }
  }

  #tell(event: SparkEvent): void {
    const json = sparkEventJson(event, (executorId) => this.#addresses.get(executorId))
    if (json !== undefined) this.#add(json)
  }

  #add(json: object): void {
    if (this.#hasFailed || this.#isClosed) return
    const line = `${JSON.stringify(json)}\n`
    if (this.#waitingChars + line.length > MAX_WAITING_CHARS) {
      this.#leftOut += 1
      return
    }
    this.#lines.push(line)
    this.#waitingChars += line.length
    this.#writing ??= this.#write()
  }

  async #write(): Promise<void> {
    try {
      await Promise.resolve() // what else happens in this turn goes with it
      while (this.#lines.length > 0) {
        const lines = this.#lines
        this.#lines = []
        this.#waitingChars = 0
        await this.#files.append(lines)
      }
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#writing = undefined
    }
  }

  #failed(error: unknown): void {
    this.#lines = []
    if (this.#hasFailed) return
    this.#hasFailed = true
    const fields = { path: this.path, error: String(error) }
    this.#props.log.write('warn', 'the event log can not be written any more', fields)
  }
}

function unwritable(directory: string, why: string, cause?: unknown): SparkError {
  return new SparkError(
    'TROUPE_SPARK_EVENT_LOG_UNWRITABLE',
    `The event log can't be written to ${directory} (spark.eventLog.dir): ${why}. Make the directory, name another one, or set spark.eventLog.enabled to false`,
    { data: { directory, why }, cause },
  )
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

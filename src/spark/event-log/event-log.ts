import type { AppendFile, Disk, Log } from '../../platform/index.ts'
import { SparkError } from '../errors.ts'
import type { BlockManagerId, SparkEvent } from '../events/index.ts'
import { SPARK_FORM_VERSION, sparkEventJson } from './event-json.ts'

/** What stands behind the name of a log whose application has not ended. */
export const EVENT_LOG_SUFFIX = '.inprogress'

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
}

/**
 * The log of one application: `<directory>/<application id>`.
 *
 * @see EventLoggingListener.scala in Spark
 */
export class EventLog {
  readonly #props: EventLogProps
  readonly #path: string
  readonly #file: AppendFile
  readonly #addresses = new Map<string, BlockManagerId>()
  #lines: string[] = []
  #waitingChars = 0
  #leftOut = 0
  #hasFailed = false
  #hasEnded = false
  #isClosed = false
  #writing: Promise<void> | undefined

  private constructor(props: EventLogProps, path: string, file: AppendFile) {
    this.#props = props
    this.#path = path
    this.#file = file
    this.#add({ Event: 'SparkListenerLogStart', 'Spark Version': SPARK_FORM_VERSION })
  }

  /** @throws TROUPE_SPARK_EVENT_LOG_UNWRITABLE */
  static async open(props: EventLogProps): Promise<EventLog> {
    const { disk, directory, applicationId } = props
    const path = `${directory}/${applicationId}`
    const there = await disk.stat(directory)
    if (there?.isDirectory !== true) {
      const why = there === undefined ? 'there is no such directory' : 'it is no directory'
      throw unwritable(directory, why)
    }
    try {
      const file = await disk.create(`${path}${EVENT_LOG_SUFFIX}`, { mode: 0o660 })
      return new EventLog(props, path, file)
    } catch (cause) {
      throw unwritable(directory, reasonOf(cause), cause)
    }
  }

  /** Where it is as long as the application has not ended. */
  get path(): string {
    return `${this.#path}${EVENT_LOG_SUFFIX}`
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
    const json = sparkEventJson(event, (executorId) => this.#addresses.get(executorId))
    if (json !== undefined) this.#add(json)
  }

  /** Writes what waits, and gives the log its name. Never fails: a log that can't be written is warned of. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#writing
    const { disk, log } = this.#props
    if (this.#leftOut > 0) {
      const fields = { path: this.#path, leftOut: this.#leftOut }
      log.write(
        'warn',
        `the event log lacks ${this.#leftOut} events: its disk was too slow`,
        fields,
      )
    }
    try {
      await this.#file.close()
      if (!this.#hasFailed) await disk.rename(`${this.#path}${EVENT_LOG_SUFFIX}`, this.#path)
    } catch (error) {
      this.#failed(error)
    }
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
        const text = this.#lines.join('')
        this.#lines = []
        this.#waitingChars = 0
        await this.#file.append(new TextEncoder().encode(text))
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
    const fields = { path: this.#path, error: String(error) }
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

import type { Disk } from '../../platform/index.ts'
import { LogLines, eventOf } from '../event-log/index.ts'
import type { ApplicationSummary } from '../rest-api/index.ts'
import { StatusStore, type ApplicationRecord, type StatusLimits } from '../status/index.ts'

/** Lines that say what application it is begin with one of these; others are not looked into for a list. */
const HEADS = ['{"Event":"SparkListenerLogStart"', '{"Event":"SparkListenerApplication'] as const

/** A log in the directory. */
export interface LogFiles {
  /** The file, or the folder. */
  readonly path: string
  /** In their order. A file may get another name when its application ends. */
  readonly files: readonly string[]
  /** Of all files together. */
  readonly sizeBytes: number
  readonly modifiedMs: number
}

/** How far the files of a log have been read, for one purpose. */
class Reading {
  readonly #lines: LogLines[] = []

  async read(disk: Disk, { files }: LogFiles, take: (line: string) => void): Promise<void> {
    for (const [i, path] of files.entries()) {
      await (this.#lines[i] ??= new LogLines()).read(disk, path, take)
    }
  }
}

/** The application of one log, read as far as it is written; what was read once is not read again. */
export class LoggedApplication {
  readonly #disk: Disk
  readonly #source: string
  #log: LogFiles
  /** For the list: its own place in the files. */
  readonly #outline = new StatusStore()
  readonly #outlining = new Reading()
  #outlinedBytes = 0
  #sparkVersion = ''
  #store: { readonly status: StatusStore; readonly reading: Reading } | undefined
  #reading: Promise<void> = Promise.resolve()

  /** @param source the directory, as a URI */
  constructor(disk: Disk, source: string, log: LogFiles) {
    this.#disk = disk
    this.#source = source
    this.#log = log
  }

  get path(): string {
    return this.#log.path
  }

  get modifiedMs(): number {
    return this.#log.modifiedMs
  }

  /** Whether its log says that it has ended. */
  get isOver(): boolean {
    return this.#outline.application?.endTime !== undefined
  }

  /** Undefined as long as the log does not say which application it is of. */
  get summary(): ApplicationSummary | undefined {
    const { application } = this.#outline
    return application && summaryOf(application, this.#log, this.#source, this.#sparkVersion)
  }

  /** Reads what is new of its outline. */
  outline(log: LogFiles): Promise<void> {
    return this.#inTurn(async () => {
      this.#log = log
      if (log.sizeBytes === this.#outlinedBytes) return
      await this.#outlining.read(this.#disk, log, (line) => {
        if (!HEADS.some((head) => line.startsWith(head))) return
        const event = readable(line)
        if (event?.type === 'SparkListenerLogStart') this.#sparkVersion = event.sparkVersion
        else if (event !== undefined) this.#outline.apply(event)
      })
      this.#outlinedBytes = log.sizeBytes
    })
  }

  /** Reads what is new of all of it. */
  async store(limits: StatusLimits): Promise<StatusStore> {
    const { status, reading } = (this.#store ??= {
      status: new StatusStore(limits),
      reading: new Reading(),
    })
    await this.#inTurn(() =>
      reading.read(this.#disk, this.#log, (line) => {
        const event = readable(line)
        if (event !== undefined && event.type !== 'SparkListenerLogStart') status.apply(event)
      }),
    )
    return status
  }

  /** Gives up what {@link store} has made. */
  forget(): void {
    this.#store = undefined
  }

  /** One reading at a time. */
  #inTurn(read: () => Promise<void>): Promise<void> {
    const done = this.#reading.then(read)
    this.#reading = done.catch(() => undefined)
    return done
  }
}

/** A line that is damaged says nothing; those around it do. */
function readable(line: string): ReturnType<typeof eventOf> {
  try {
    return eventOf(line)
  } catch {
    return undefined
  }
}

function summaryOf(
  { id, name, user, startTime, endTime }: ApplicationRecord,
  log: LogFiles,
  logSource: string,
  sparkVersion: string,
): ApplicationSummary {
  const durationMs = endTime === undefined ? 0 : endTime - startTime
  const lastUpdated = Math.floor(log.modifiedMs)
  return { id, name, user, startTime, endTime, lastUpdated, durationMs, sparkVersion, logSource }
}

import type { Disk } from '../../platform/index.ts'
import { eventOf, readLines } from '../event-log/index.ts'
import type { ApplicationSummary } from '../rest-api/index.ts'
import { StatusStore, type ApplicationRecord, type StatusLimits } from '../status/index.ts'

/** Lines that say what application it is begin with one of these; others are not looked into for a list. */
const HEADS = ['{"Event":"SparkListenerLogStart"', '{"Event":"SparkListenerApplication'] as const

/** A log in the directory. */
export interface LogFile {
  readonly path: string
  readonly sizeBytes: number
  readonly modifiedMs: number
}

/** The application of one log, read as far as it is written; what was read once is not read again. */
export class LoggedApplication {
  readonly #disk: Disk
  readonly #source: string
  #file: LogFile
  /** For the list: its own place in the file. */
  readonly #outline = new StatusStore()
  #outlined = 0
  #sparkVersion = ''
  #store: StatusStore | undefined
  #stored = 0
  #reading: Promise<void> = Promise.resolve()

  /** @param source the directory, as a URI */
  constructor(disk: Disk, source: string, file: LogFile) {
    this.#disk = disk
    this.#source = source
    this.#file = file
  }

  get path(): string {
    return this.#file.path
  }

  get modifiedMs(): number {
    return this.#file.modifiedMs
  }

  /** Undefined as long as the log does not say which application it is of. */
  get summary(): ApplicationSummary | undefined {
    const { application } = this.#outline
    return application && summaryOf(application, this.#file, this.#source, this.#sparkVersion)
  }

  /** Reads what is new of its outline. */
  outline(file: LogFile): Promise<void> {
    return this.#inTurn(async () => {
      this.#file = file
      if (file.sizeBytes === this.#outlined) return
      this.#outlined = await readLines(this.#disk, file.path, this.#outlined, (line) => {
        if (!HEADS.some((head) => line.startsWith(head))) return
        const event = readable(line)
        if (event?.type === 'SparkListenerLogStart') this.#sparkVersion = event.sparkVersion
        else if (event !== undefined) this.#outline.apply(event)
      })
    })
  }

  /** Reads what is new of all of it. */
  async store(limits: StatusLimits): Promise<StatusStore> {
    const store = (this.#store ??= new StatusStore(limits))
    await this.#inTurn(async () => {
      this.#stored = await readLines(this.#disk, this.#file.path, this.#stored, (line) => {
        const event = readable(line)
        if (event !== undefined && event.type !== 'SparkListenerLogStart') store.apply(event)
      })
    })
    return store
  }

  /** Gives up what {@link store} has made. */
  forget(): void {
    this.#store = undefined
    this.#stored = 0
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
  file: LogFile,
  logSource: string,
  sparkVersion: string,
): ApplicationSummary {
  const durationMs = endTime === undefined ? 0 : endTime - startTime
  const lastUpdated = Math.floor(file.modifiedMs)
  return { id, name, user, startTime, endTime, lastUpdated, durationMs, sparkVersion, logSource }
}

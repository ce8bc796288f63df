import type { AppendFile, Disk } from '../../platform/index.ts'
import { lz4End, lz4Frames } from './compression/lz4-frames.ts'

/** What stands behind the name of a log whose application has not ended. */
export const EVENT_LOG_SUFFIX = '.inprogress'
/** What the folder of a log of several files begins with. */
export const ROLLING_PREFIX = 'eventlog_v2_'

const MODE = 0o660

/** Where a log is written. */
export interface LogFilesProps {
  readonly disk: Disk
  readonly directory: string
  readonly applicationId: string
  readonly isCompressed: boolean
  /** A file that would have more bytes is followed by another one; undefined: the log is one file. */
  readonly maxFileBytes: number | undefined
}

/** The file or files of one log. */
export interface LogFiles {
  /** The file, as long as the application has not ended, or the folder. */
  readonly path: string
  /** Lines, each with its end. */
  append(lines: readonly string[]): Promise<void>
  /** The log is whole, unless it has failed. */
  close(hasFailed: boolean): Promise<void>
}

/** Makes the first file. Throws what the disk throws. */
export async function openLogFiles(props: LogFilesProps): Promise<LogFiles> {
  return props.maxFileBytes === undefined
    ? SingleFile.open(props)
    : RollingFiles.open(props, props.maxFileBytes)
}

/** One file, compressed or not. */
class LogFile {
  readonly #file: AppendFile
  readonly #isCompressed: boolean
  bytes = 0

  constructor(file: AppendFile, isCompressed: boolean) {
    this.#file = file
    this.#isCompressed = isCompressed
  }

  async append(text: string): Promise<void> {
    const raw = new TextEncoder().encode(text)
    const bytes = this.#isCompressed ? lz4Frames(raw) : raw
    this.bytes += bytes.length
    await this.#file.append(bytes)
  }

  async close(hasFailed: boolean): Promise<void> {
    if (this.#isCompressed && !hasFailed) await this.#file.append(lz4End())
    await this.#file.close()
  }
}

/** `<directory>/<application id>`. */
class SingleFile implements LogFiles {
  readonly path: string
  readonly #disk: Disk
  readonly #whole: string
  readonly #file: LogFile

  private constructor(disk: Disk, whole: string, file: LogFile) {
    this.#disk = disk
    this.#whole = whole
    this.#file = file
    this.path = `${whole}${EVENT_LOG_SUFFIX}`
  }

  static async open({
    disk,
    directory,
    applicationId,
    isCompressed,
  }: LogFilesProps): Promise<SingleFile> {
    const whole = `${directory}/${applicationId}${suffixOf(isCompressed)}`
    const file = await disk.create(`${whole}${EVENT_LOG_SUFFIX}`, { mode: MODE })
    return new SingleFile(disk, whole, new LogFile(file, isCompressed))
  }

  append(lines: readonly string[]): Promise<void> {
    return this.#file.append(lines.join(''))
  }

  async close(hasFailed: boolean): Promise<void> {
    await this.#file.close(hasFailed)
    if (!hasFailed) await this.#disk.rename(this.path, this.#whole)
  }
}

/** `<directory>/eventlog_v2_<application id>`: files `events_1_<application id>` and so on, and one, empty, whose name says whether it has ended. */
class RollingFiles implements LogFiles {
  readonly path: string
  readonly #props: LogFilesProps
  readonly #maxFileBytes: number
  #file: LogFile
  #index = 1

  private constructor(props: LogFilesProps, path: string, maxFileBytes: number, file: LogFile) {
    this.#props = props
    this.#maxFileBytes = maxFileBytes
    this.path = path
    this.#file = file
  }

  static async open(props: LogFilesProps, maxFileBytes: number): Promise<RollingFiles> {
    const { disk, directory, applicationId } = props
    const path = `${directory}/${ROLLING_PREFIX}${applicationId}`
    await disk.makeDirectory(path)
    const status = `${path}/appstatus_${applicationId}${EVENT_LOG_SUFFIX}`
    await disk.writeFile(status, new Uint8Array(0), { mode: MODE })
    return new RollingFiles(props, path, maxFileBytes, await nextFile(props, path, 1))
  }

  async append(lines: readonly string[]): Promise<void> {
    for (let from = 0; from < lines.length;) {
      const room = this.#maxFileBytes - this.#file.bytes
      const count = fitting(lines, from, room)
      if (count > 0) await this.#file.append(lines.slice(from, from + count).join(''))
      from += count
      if (from === lines.length) return
      if (this.#file.bytes > 0) await this.#roll()
      else {
        // One line that is longer than any file has one of its own.
        await this.#file.append(lines[from] ?? '')
        from += 1
      }
    }
  }

  async close(hasFailed: boolean): Promise<void> {
    await this.#file.close(hasFailed)
    if (hasFailed) return
    const status = `${this.path}/appstatus_${this.#props.applicationId}`
    await this.#props.disk.rename(`${status}${EVENT_LOG_SUFFIX}`, status)
  }

  async #roll(): Promise<void> {
    await this.#file.close(false)
    this.#index += 1
    this.#file = await nextFile(this.#props, this.path, this.#index)
  }
}

async function nextFile(
  { disk, applicationId, isCompressed }: LogFilesProps,
  path: string,
  index: number,
): Promise<LogFile> {
  const name = `events_${index}_${applicationId}${suffixOf(isCompressed)}`
  return new LogFile(await disk.create(`${path}/${name}`, { mode: MODE }), isCompressed)
}

/** How many lines from one on have no more bytes than that, before they are compressed. */
function fitting(lines: readonly string[], from: number, room: number): number {
  let bytes = 0
  let count = 0
  for (let at = from; at < lines.length; at += 1) {
    bytes += Buffer.byteLength(lines[at] ?? '')
    if (bytes > room) break
    count += 1
  }
  return count
}

function suffixOf(isCompressed: boolean): string {
  return isCompressed ? '.lz4' : ''
}

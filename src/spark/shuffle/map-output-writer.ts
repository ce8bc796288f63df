import type { AppendFile, Disk } from '../../platform/index.ts'
import { giveMemory, takeMemory } from '../columns/index.ts'
import { adler32 } from './adler32.ts'
import { encodeChecksums, encodeIndex, type MapOutput } from './map-output-file.ts'

/** Bytes gathered before they are written. */
const STAGE_BYTES = 512 << 10

/**
 * Writes the three files of one map output: partition after partition in order, each summed up. The data file gets its name last,
 * so a name means a whole output.
 */
export class MapOutputWriter {
  readonly #disk: Disk
  readonly #path: string
  readonly #data: AppendFile
  readonly #sizesBytes: number[] = []
  readonly #checksums: number[] = []
  /** Room for what is gathered, made when it is needed. */
  #stage: Uint8Array | undefined
  #stagedBytes = 0
  #sizeBytes = 0
  #checksum = 1
  #isClosed = false

  /** @param path of the output's files, without their suffixes */
  static async create(disk: Disk, path: string): Promise<MapOutputWriter> {
    return new MapOutputWriter(disk, path, await disk.create(`${path}.data.tmp`))
  }

  private constructor(disk: Disk, path: string, data: AppendFile) {
    this.#disk = disk
    this.#path = path
    this.#data = data
  }

  /** More of the current partition, which is the caller's again; a promise is to be awaited before that. */
  append(bytes: Uint8Array): void | Promise<void> {
    if (bytes.length === 0) return undefined
    this.#sizeBytes += bytes.length
    this.#checksum = adler32(bytes, this.#checksum)
    if (this.#stagedBytes + bytes.length > STAGE_BYTES) return this.#flushThenStage(bytes)
    this.#put(bytes)
    return undefined
  }

  async #flushThenStage(bytes: Uint8Array): Promise<void> {
    await this.#flush()
    if (bytes.length > STAGE_BYTES) await this.#data.append(bytes)
    else this.#put(bytes)
  }

  #put(bytes: Uint8Array): void {
    const stage = (this.#stage ??= new Uint8Array(takeMemory(STAGE_BYTES), 0, STAGE_BYTES))
    stage.set(bytes, this.#stagedBytes)
    this.#stagedBytes += bytes.length
  }

  /** What is appended from here on belongs to the next partition. */
  endPartition(): void {
    this.#sizesBytes.push(this.#sizeBytes)
    this.#checksums.push(this.#checksum)
    this.#sizeBytes = 0
    this.#checksum = 1
  }

  /** Gives the files their names. */
  async commit(): Promise<Pick<MapOutput, 'sizesBytes' | 'checksums'>> {
    await this.#flush()
    if (this.#stage !== undefined) giveMemory(this.#stage.buffer as ArrayBuffer)
    this.#stage = undefined
    await this.close()
    const sizesBytes = this.#sizesBytes
    const checksums = this.#checksums
    await this.#disk.writeFile(`${this.#path}.index`, encodeIndex(sizesBytes))
    await this.#disk.writeFile(`${this.#path}.checksum.ADLER32`, encodeChecksums(checksums))
    await this.#disk.rename(`${this.#path}.data.tmp`, `${this.#path}.data`)
    return { sizesBytes, checksums }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#data.close()
  }

  async #flush(): Promise<void> {
    const length = this.#stagedBytes
    if (this.#stage === undefined || length === 0) return
    this.#stagedBytes = 0
    await this.#data.append(this.#stage.subarray(0, length))
  }
}

/** Removes what there is of a map output. */
export async function removeMapOutput(disk: Disk, path: string): Promise<void> {
  for (const suffix of ['.data.tmp', '.data', '.index', '.checksum.ADLER32']) {
    await disk.remove(`${path}${suffix}`)
  }
}

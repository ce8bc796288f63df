import type { AppendFile, Disk } from '../../../platform/index.ts'
import type { AgentInfo } from '../../protocol/index.ts'
import { Held } from './held.ts'
import { CHECKPOINT_FILE, checkpointPaths, readCheckpoint } from './read.ts'
import { lineOf, type CheckpointRecord } from './record.ts'

/** A file that has grown by more than this, and to four times its first size, is written anew. */
const COMPACT_BYTES = 1024 * 1024

const encoder = new TextEncoder()

interface OpenFile {
  readonly file: AppendFile
  readonly agentId: string
  readonly firstBytes: number
  readonly sizeBytes: number
}

/**
 * The checkpoint of one agent: records are appended to `meta/slaves/<id>/checkpoint` in its work directory, and synced together.
 * It begins with the first record `agent`; what an agent without an id does is not kept.
 */
export class Journal {
  readonly #disk: Disk
  readonly #workDir: string
  readonly #info: AgentInfo
  readonly #linePort: number | undefined
  #held = new Held()
  #lines: string[] = []
  #open: OpenFile | undefined
  /** The write under way, and the one that will begin when it ends. */
  #writing: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(disk: Disk, workDir: string, info: AgentInfo, linePort?: number) {
    this.#disk = disk
    this.#workDir = workDir
    this.#info = info
    this.#linePort = linePort
  }

  /** Reads what is there; what is written from now on adds to it. @throws what `readCheckpoint` throws */
  async recover(): Promise<Held | undefined> {
    const found = await readCheckpoint(this.#disk, this.#workDir)
    if (found?.agentId === undefined) return undefined
    this.#held = found
    return found
  }

  /** Takes a record; `flushed` tells when it is durable. */
  add(record: CheckpointRecord): void {
    this.#held.apply(record)
    this.#lines.push(lineOf(record))
  }

  /** Resolves when all that was added is durable. @throws TROUPE_PLATFORM_FILE_UNWRITABLE */
  flushed(): Promise<void> {
    if (this.#writing === undefined) {
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined
      })
      return this.#writing
    }
    this.#next ??= this.#writing.then(() => {
      this.#next = undefined
      return this.flushed()
    })
    return this.#next
  }

  /** Lets its file go, when what is being written is; whoever comes next may open it. Nothing is written any more. */
  async close(): Promise<void> {
    await (this.#next ?? this.#writing)?.catch(() => undefined)
    const open = this.#open
    this.#open = undefined
    await open?.file.close()
  }

  async #write(): Promise<void> {
    const lines = this.#lines
    this.#lines = []
    const { agentId } = this.#held
    const open = this.#open
    if (agentId === undefined) {
      await this.#forget()
      return
    }
    if (open === undefined || open.agentId !== agentId || isLong(open)) {
      await this.#rewrite(agentId)
      return
    }
    const bytes = encoder.encode(lines.join(''))
    if (bytes.byteLength === 0) return
    try {
      await open.file.append(bytes)
      await open.file.sync()
    } catch (error) {
      // What was written of it may end in the middle of a record: next time all is written anew.
      this.#open = undefined
      await open.file.close()
      throw error
    }
    this.#open = { ...open, sizeBytes: open.sizeBytes + bytes.byteLength }
  }

  /** Writes all that counts to a new file, which takes the place of the one before at one stroke. */
  async #rewrite(agentId: string): Promise<void> {
    const { slaves, latest } = checkpointPaths(this.#workDir)
    const folder = `${slaves}/${agentId}`
    const path = `${folder}/${CHECKPOINT_FILE}`
    this.#held.info = this.#info
    this.#held.linePort = this.#linePort
    const bytes = encoder.encode([...this.#held.records()].map(lineOf).join(''))
    await this.#disk.makeDirectory(folder)
    const file = await this.#disk.create(`${path}.new`)
    try {
      await file.append(bytes)
      await file.sync()
      await this.#disk.rename(`${path}.new`, path)
      await this.#disk.link(agentId, latest)
    } catch (error) {
      await file.close()
      throw error
    }
    const before = this.#open
    const sizeBytes = bytes.byteLength
    this.#open = { file, agentId, firstBytes: sizeBytes, sizeBytes }
    await before?.file.close()
  }

  async #forget(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return
    await this.#disk.remove(checkpointPaths(this.#workDir).latest)
    await open.file.close()
  }
}

function isLong({ sizeBytes, firstBytes }: OpenFile): boolean {
  return sizeBytes > Math.max(firstBytes + COMPACT_BYTES, 4 * firstBytes)
}

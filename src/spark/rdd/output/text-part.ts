import { gzipMember, type AppendFile } from '../../../platform/index.ts'
import type { Batches } from '../../batches/index.ts'
import { ColumnBatch, giveMemory, linesOf, takeMemory } from '../../columns/index.ts'
import { invalidArgument } from '../../errors.ts'
import type { TaskContext } from '../task-context.ts'
import { lineOfRow } from '../text/line-of-row.ts'

/** How text is compressed. */
export type TextCodec = 'gzip'

/** What the names of compressed parts end in. */
export const CODEC_EXTENSIONS: Readonly<Record<TextCodec, string>> = { gzip: '.gz' }

/** Characters of text that are compressed together. */
const MEMBER_CHARACTERS = 1 << 20

/** Bytes of lines that are gathered before they are written. */
const STAGE_BYTES = 512 << 10
/**
 * Characters of lines that are joined at a time: V8 puts a text of more than 128 KiB in a place of its own, and memory that was not used
 * before costs more than all else.
 */
const JOINED_CHARACTERS = 64 << 10
/** A character takes at most so many bytes of UTF-8. */
const MOST_BYTES = 3

const encoder = new TextEncoder()

/** @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function checkTextCodec(where: string, codec: unknown): void {
  if (codec === undefined) return
  if (typeof codec === 'string' && Object.hasOwn(CODEC_EXTENSIONS, codec)) return
  throw invalidArgument(`${where}: codec`, codec, Object.keys(CODEC_EXTENSIONS).join(', '))
}

/** Writes a line for each row, compressed in members of about a MiB with a codec. */
export async function writeLines(
  file: AppendFile,
  rows: Batches<unknown>,
  context: TaskContext,
  codec: TextCodec | undefined,
): Promise<void> {
  let pending = ''
  const append = (bytes: Uint8Array): Promise<void> => {
    context.metrics.outputBytes += bytes.length
    return file.append(bytes)
  }
  const stage = new LineStage(append)
  const flush = (): Promise<void> => {
    const bytes = encoder.encode(pending)
    pending = ''
    return append(gzipMember(bytes))
  }
  const appendLines = async (bytes: Uint8Array, count: number): Promise<void> => {
    context.metrics.outputRecords += count
    if (bytes.length === 0) return
    await stage.flush()
    await append(bytes)
  }
  await rows.forEachAnyBatch(async (any) => {
    context.throwIfCancelled()
    let batch = any
    if (batch instanceof ColumnBatch) {
      const lines = codec === undefined ? linesOf(batch) : undefined
      if (lines !== undefined) return appendLines(lines, batch.rows)
      batch = batch.slice(0, batch.rows)
    }
    if (batch.length === 0) return
    context.metrics.outputRecords += batch.length
    for (let from = 0; from < batch.length;) {
      const texts: string[] = []
      let characters = 0
      for (; from < batch.length && characters < JOINED_CHARACTERS; from += 1) {
        const line = lineOfRow(batch[from])
        characters += line.length
        texts.push(line)
      }
      // Joined at once: a text that grows line by line is put together again before it is encoded.
      texts.push('')
      const text = texts.join('\n')
      if (codec !== undefined) pending += text
      else if (!stage.put(text)) await stage.flushThenPut(text)
    }
    if (pending.length >= MEMBER_CHARACTERS) await flush()
  })
  // Of no rows, too, there is a gzip file.
  if (codec !== undefined) await flush()
  await stage.end()
}

/** Gathers text as UTF-8 in memory that is used again and again. */
class LineStage {
  readonly #append: (bytes: Uint8Array) => Promise<void>
  #bytes: Uint8Array | undefined
  #at = 0

  constructor(append: (bytes: Uint8Array) => Promise<void>) {
    this.#append = append
  }

  /** False where there may be no room. */
  put(text: string): boolean {
    const bytes = (this.#bytes ??= new Uint8Array(takeMemory(STAGE_BYTES), 0, STAGE_BYTES))
    if (bytes.length - this.#at < MOST_BYTES * text.length) return false
    this.#at += encoder.encodeInto(text, bytes.subarray(this.#at)).written
    return true
  }

  async flushThenPut(text: string): Promise<void> {
    await this.flush()
    // Of a line that is longer than all of it.
    if (!this.put(text)) await this.#append(encoder.encode(text))
  }

  async flush(): Promise<void> {
    const length = this.#at
    if (this.#bytes === undefined || length === 0) return
    this.#at = 0
    await this.#append(this.#bytes.subarray(0, length))
  }

  async end(): Promise<void> {
    await this.flush()
    if (this.#bytes !== undefined) giveMemory(this.#bytes.buffer as ArrayBuffer)
    this.#bytes = undefined
  }
}

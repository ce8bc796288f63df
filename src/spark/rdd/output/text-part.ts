import { gzipMember, type AppendFile } from '../../../platform/index.ts'
import type { Batches } from '../../batches/index.ts'
import { ColumnBatch, type TextColumn } from '../../columns/index.ts'
import { invalidArgument } from '../../errors.ts'
import type { TaskContext } from '../task-context.ts'
import { lineOfRow } from '../text/line-of-row.ts'

/** How text is compressed. */
export type TextCodec = 'gzip'

/** What the names of compressed parts end in. */
export const CODEC_EXTENSIONS: Readonly<Record<TextCodec, string>> = { gzip: '.gz' }

/** Characters of text that are compressed together. */
const MEMBER_CHARACTERS = 1 << 20

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
  const flush = (): Promise<void> => {
    const bytes = encoder.encode(pending)
    pending = ''
    return append(gzipMember(bytes))
  }
  const appendColumn = async (text: TextColumn, count: number): Promise<void> => {
    context.metrics.outputRecords += count
    const bytes = linesOfTexts(text, count)
    if (bytes.length > 0) await append(bytes)
  }
  await rows.forEachAnyBatch(async (any) => {
    context.throwIfCancelled()
    let batch = any
    if (batch instanceof ColumnBatch) {
      const text = typeof batch.form === 'number' ? batch.columns[batch.form] : undefined
      if (codec === undefined && text?.type === 'text') return appendColumn(text, batch.rows)
      batch = batch.slice(0, batch.rows)
    }
    if (batch.length === 0) return
    const text = lines(batch)
    context.metrics.outputRecords += batch.length
    if (codec === undefined) return append(encoder.encode(text))
    pending += text
    if (pending.length >= MEMBER_CHARACTERS) await flush()
  })
  // Of no rows, too, there is a gzip file.
  if (codec !== undefined) await flush()
}

function lines(batch: readonly unknown[]): string {
  const texts: string[] = []
  for (let i = 0; i < batch.length; i += 1) texts.push(lineOfRow(batch[i]))
  // Joined at once: a text that grows line by line is put together again before it is encoded.
  texts.push('')
  return texts.join('\n')
}

const LF = 0x0a

/** Texts and a line end after each: as they lie, where they lie so. */
function linesOfTexts({ bytes, starts, ends }: TextColumn, rows: number): Uint8Array {
  if (rows === 0) return new Uint8Array(0)
  let areLines = ends[rows - 1] !== bytes.length && bytes[ends[rows - 1] as number] === LF
  let sizeBytes = 0
  for (let i = 0; i < rows; i += 1) {
    const end = ends[i] as number
    sizeBytes += end - (starts[i] as number) + 1
    if (i + 1 < rows && (starts[i + 1] !== end + 1 || bytes[end] !== LF)) areLines = false
  }
  const first = starts[0] as number
  if (areLines) return bytes.subarray(first, first + sizeBytes)
  const lines = new Uint8Array(sizeBytes)
  let at = 0
  for (let i = 0; i < rows; i += 1) {
    const start = starts[i] as number
    const end = ends[i] as number
    lines.set(bytes.subarray(start, end), at)
    at += end - start
    lines[at] = LF
    at += 1
  }
  return lines
}

import { gzipMember, type AppendFile } from '../../../platform/index.ts'
import type { Batches } from '../../batches/index.ts'
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
  await rows.forEachBatch(async (batch) => {
    context.throwIfCancelled()
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

import type { Batches } from '../../batches/index.ts'
import {
  CODEC_EXTENSIONS,
  writeLines,
  writeObjects,
  writePart,
  type TextCodec,
} from '../output/index.ts'
import type { TaskContext } from '../task-context.ts'

/** Writes a part of lines. Answers its name. */
export function saveText(
  rows: Batches<unknown>,
  context: TaskContext,
  { path, codec }: { readonly path: string; readonly codec?: TextCodec },
): Promise<string> {
  const extension = codec === undefined ? '' : CODEC_EXTENSIONS[codec]
  return writePart(context, path, extension, (file) => writeLines(file, rows, context, codec))
}

/** Writes a part of rows as they are. Answers its name. */
export function saveObjects(
  rows: Batches<unknown>,
  context: TaskContext,
  { path }: { readonly path: string },
): Promise<string> {
  return writePart(context, path, '', (file) => writeObjects(file, rows, context))
}

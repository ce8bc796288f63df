import type { Batches } from '../../batches/index.ts'
import {
  CODEC_EXTENSIONS,
  writeLines,
  writeObjects,
  writePart,
  type OutputProps,
  type TextCodec,
  type WrittenPart,
} from '../output/index.ts'
import type { TaskContext } from '../task-context.ts'

/** Writes a part of lines. */
export function saveText(
  rows: Batches<unknown>,
  context: TaskContext,
  props: OutputProps & { readonly codec?: TextCodec },
): Promise<WrittenPart> {
  const { codec } = props
  const extension = codec === undefined ? '' : CODEC_EXTENSIONS[codec]
  return writePart(context, props, extension, (file) => writeLines(file, rows, context, codec))
}

/** Writes a part of rows as they are. */
export function saveObjects(
  rows: Batches<unknown>,
  context: TaskContext,
  props: OutputProps,
): Promise<WrittenPart> {
  return writePart(context, props, '', (file) => writeObjects(file, rows, context))
}

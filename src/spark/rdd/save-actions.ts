import { checkPath } from '../errors.ts'
import type { ActionOptions } from './actions.ts'
import { checkTextCodec, writeOutput, type TextCodec, type WrittenPart } from './output/index.ts'
import { SketchTransformations } from './sketch-transformations.ts'
import { asRDD } from './transformations.ts'

/** Options of `saveAsTextFile`. */
export interface SaveTextOptions extends ActionOptions {
  /** How parts are compressed, whose names then end in `.gz`; not at all by default. */
  readonly codec?: TextCodec
}

/**
 * What writes rows to files. Parts are written elsewhere in the new directory and moved in when the whole job is done; a failed
 * job leaves nothing. Every executor must reach the directory.
 */
export abstract class SaveActions<T> extends SketchTransformations<T> {
  /**
   * Writes a file `part-00000`, `part-00001` … for each partition into the new directory `path`, a line for
   * each row (strings as they are, arrays and plain objects as JSON), and `_SUCCESS` when all is there.
   *
   * @throws TROUPE_SPARK_OUTPUT_EXISTS, TROUPE_SPARK_ARGUMENT_INVALID, TROUPE_SPARK_SCHEME_UNKNOWN
   */
  async saveAsTextFile(path: string, options: SaveTextOptions = {}): Promise<void> {
    const { codec, ...rest } = options
    checkTextCodec('saveAsTextFile', codec)
    await save(this, 'saveAsTextFile', path, 'saveText', codec === undefined ? {} : { codec }, rest)
  }

  /**
   * Writes the rows as they are, a file `part-00000` … for each partition, for `SparkContext.objectFile` to read.
   *
   * @throws TROUPE_SPARK_OUTPUT_EXISTS, TROUPE_SPARK_ARGUMENT_INVALID, TROUPE_SPARK_SCHEME_UNKNOWN; TROUPE_SPARK_ROW_UNENCODABLE, when
   *   run, for rows that can't travel
   */
  async saveAsObjectFile(path: string, options: ActionOptions = {}): Promise<void> {
    await save(this, 'saveAsObjectFile', path, 'saveObjects', {}, options)
  }
}

async function save(
  rdd: SaveActions<unknown>,
  name: string,
  path: string,
  kind: string,
  props: object,
  { signal }: ActionOptions,
): Promise<void> {
  checkPath(name, path)
  const { context } = rdd
  const { files } = context
  const target = files.absolute(path)
  const action = { kind, props: { path: target, access: files.accessTo([target]), ...props } }
  await writeOutput(files.at(target), target, async () => {
    const parts = await context.runJob(asRDD(rdd), action, { signal, name })
    return parts as readonly WrittenPart[]
  })
}

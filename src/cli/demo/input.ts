import type { Environment, FileInfo } from '../../platform/index.ts'
import { SparkError } from '../../spark/index.ts'
import { DEMO_TEXT, makeText } from './text.ts'

/** What is counted. */
export interface Input {
  /** Files and directories, as absolute paths. */
  readonly paths: readonly string[]
  readonly sizeBytes: number
  /** The files to count plainly, and how often each stands in the input; undefined when that would be too much. */
  readonly plain: { readonly paths: readonly string[]; readonly copies: number } | undefined
}

const CACHE: string = decodeURIComponent(new URL('../../../../.cache', import.meta.url).pathname)
const MEGABYTE = 1_000_000
/** Files of the user's own are counted plainly as well, for comparison, up to this size in all. */
const CHECK_LIMIT_BYTES = 512 * MEGABYTE

/**
 * The user's files and directories, or a text made from the one that comes with the project.
 * @throws TROUPE_SPARK_INPUT_MISSING, TROUPE_PLATFORM_FILE_UNREADABLE
 */
export async function chooseInput(
  environment: Environment,
  options: { readonly files: readonly string[]; readonly sizeMb: number },
  say: (line: string) => void,
): Promise<Input> {
  const { disk } = environment
  if (options.files.length === 0) {
    const text = await makeText(environment, DEMO_TEXT, CACHE, options.sizeMb * MEGABYTE)
    say(`text       ${text.copies} copies of the King James Bible (${inMegabytes(text.sizeBytes)})`)
    const plain = { paths: [DEMO_TEXT], copies: text.copies }
    return { paths: [text.path], sizeBytes: text.sizeBytes, plain }
  }
  const paths = options.files.map((path) => disk.absolute(path))
  const files: FileInfo[] = []
  for (const path of paths) files.push(...(await filesAt(disk, path)))
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const shown = options.files.length > 3 ? [...options.files.slice(0, 3), '…'] : options.files
  const many = files.length > 1 ? `, ${files.length} files` : ''
  say(`text       ${shown.join(', ')} (${inMegabytes(sizeBytes)}${many})`)
  const plain = { paths: files.map(({ path }) => path), copies: 1 }
  return { paths, sizeBytes, plain: sizeBytes <= CHECK_LIMIT_BYTES ? plain : undefined }
}

/** A size as people read it. */
export function inMegabytes(bytes: number): string {
  return bytes < MEGABYTE
    ? `${Math.ceil(bytes / 1000)} kB`
    : `${(bytes / MEGABYTE).toFixed(bytes < 10 * MEGABYTE ? 1 : 0)} MB`
}

/** The file, or the files of the directory that the engine reads; each is opened once to see that it can be. */
async function filesAt(disk: Environment['disk'], path: string): Promise<readonly FileInfo[]> {
  const info = await disk.stat(path)
  if (info === undefined) {
    throw new SparkError(
      'TROUPE_SPARK_INPUT_MISSING',
      `${path} does not exist: give a file or a directory`,
      {
        data: { path },
      },
    )
  }
  const entries = info.isDirectory ? await disk.list(path) : [info]
  const files = entries.filter(
    (entry) => entry === info || (!entry.isDirectory && !/(^|\/)[_.][^/]*$/.test(entry.path)),
  )
  for (const file of files) await (await disk.open(file.path)).close()
  return files
}

import { rootOf, type DriverFiles, type FileSystem, type StoredFile } from '../../files/index.ts'
import { SparkError } from '../../errors.ts'
import { nameMatcher } from './glob.ts'
import type { InputPattern } from './locations.ts'

/** The key of Hadoop's by which directories in directories are read, too. */
const RECURSIVE_KEY = 'spark.hadoop.mapreduce.input.fileinputformat.input.dir.recursive'

/**
 * The files of inputs, in order of input and then of path: those that a pattern matches, and those of directories.
 * Names that begin with `_` or `.` are left out, unless they were given in full.
 *
 * @throws TROUPE_SPARK_INPUT_MISSING when a path is not there, or a pattern matches nothing; TROUPE_SPARK_INPUT_DIRECTORY for
 *   a directory in a directory, unless `isRecursive`; TROUPE_PLATFORM_FILE_UNREADABLE
 */
export async function inputFiles(
  files: Pick<DriverFiles, 'at'>,
  inputs: readonly InputPattern[],
  isRecursive: boolean,
): Promise<readonly StoredFile[]> {
  const all: StoredFile[] = []
  for (const input of inputs) {
    for (const found of await matches(files, input)) {
      if (found.isDirectory) await addFiles(files.at(found.path), found.path, isRecursive, all)
      else all.push(found)
    }
  }
  return all
}

async function matches(
  files: Pick<DriverFiles, 'at'>,
  input: InputPattern,
): Promise<readonly StoredFile[]> {
  const found = new Map<string, StoredFile>()
  for (const path of input.paths) {
    const root = rootOf(path)
    const names = path.slice(root.length).split('/').slice(1)
    await match(files.at(path), root, names.map(nameMatcher), found)
  }
  if (found.size === 0) throw missing(input)
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Goes on below `base`, which is there, by `names`. */
async function match(
  files: FileSystem,
  base: string,
  names: readonly (string | RegExp)[],
  found: Map<string, StoredFile>,
): Promise<void> {
  const next = names.findIndex((name) => typeof name !== 'string')
  if (next < 0) {
    const info = await files.stat(joined(base, names as readonly string[]))
    if (info !== undefined) found.set(info.path, info)
    return
  }
  const directory = joined(base, names.slice(0, next) as readonly string[])
  if ((await files.stat(directory))?.isDirectory !== true) return
  const pattern = names[next] as RegExp
  const rest = names.slice(next + 1)
  for (const entry of await files.list(directory)) {
    const name = baseName(entry.path)
    if (!pattern.test(name)) continue
    if (rest.length > 0) await match(files, entry.path, rest, found)
    else if (!isHidden(name)) found.set(entry.path, entry)
  }
}

async function addFiles(
  files: FileSystem,
  directory: string,
  isRecursive: boolean,
  all: StoredFile[],
): Promise<void> {
  for (const entry of await files.list(directory)) {
    if (isHidden(baseName(entry.path))) continue
    if (!entry.isDirectory) all.push(entry)
    else if (isRecursive) await addFiles(files, entry.path, isRecursive, all)
    else throw inDirectory(entry.path, directory)
  }
}

/** The path of names below a base; of none, the root's. */
function joined(base: string, names: readonly string[]): string {
  if (names.length > 0) return [base, ...names].join('/')
  return rootOf(base) === base ? `${base}/` : base
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function isHidden(name: string): boolean {
  return name.startsWith('_') || name.startsWith('.')
}

function missing({ text, paths, isGlob }: InputPattern): SparkError {
  const [path = text] = paths
  const message = isGlob
    ? `Input pattern ${text} matches no file; give one that does, and \\ before characters that are no pattern`
    : `Input ${path} does not exist; give a file or a directory that the driver and every executor can read`
  return new SparkError('TROUPE_SPARK_INPUT_MISSING', message, { data: { path: text } })
}

function inDirectory(path: string, parent: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_INPUT_DIRECTORY',
    `${path} is a directory in the input ${parent}, and is not read; give it as an input of its own, or set ${RECURSIVE_KEY} to true`,
    { data: { path } },
  )
}

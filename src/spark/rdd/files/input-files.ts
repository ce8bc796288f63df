import type { Disk, FileInfo } from '../../../platform/index.ts'
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
  disk: Disk,
  inputs: readonly InputPattern[],
  isRecursive: boolean,
): Promise<readonly FileInfo[]> {
  const files: FileInfo[] = []
  for (const input of inputs) {
    for (const found of await matches(disk, input)) {
      if (found.isDirectory) await addFiles(disk, found.path, isRecursive, files)
      else files.push(found)
    }
  }
  return files
}

async function matches(disk: Disk, input: InputPattern): Promise<readonly FileInfo[]> {
  const found = new Map<string, FileInfo>()
  for (const path of input.paths) {
    const names = path.split('/').slice(1)
    await match(disk, '', names.map(nameMatcher), found)
  }
  if (found.size === 0) throw missing(input)
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Goes on below `base`, which is there, by `names`. */
async function match(
  disk: Disk,
  base: string,
  names: readonly (string | RegExp)[],
  found: Map<string, FileInfo>,
): Promise<void> {
  const next = names.findIndex((name) => typeof name !== 'string')
  if (next < 0) {
    const info = await disk.stat([base, ...(names as readonly string[])].join('/') || '/')
    if (info !== undefined) found.set(info.path, info)
    return
  }
  const directory = [base, ...names.slice(0, next)].join('/') || '/'
  if ((await disk.stat(directory))?.isDirectory !== true) return
  const pattern = names[next] as RegExp
  const rest = names.slice(next + 1)
  for (const entry of await disk.list(directory)) {
    const name = baseName(entry.path)
    if (!pattern.test(name)) continue
    if (rest.length > 0) await match(disk, entry.path, rest, found)
    else if (!isHidden(name)) found.set(entry.path, entry)
  }
}

async function addFiles(
  disk: Disk,
  directory: string,
  isRecursive: boolean,
  files: FileInfo[],
): Promise<void> {
  for (const entry of await disk.list(directory)) {
    if (isHidden(baseName(entry.path))) continue
    if (!entry.isDirectory) files.push(entry)
    else if (isRecursive) await addFiles(disk, entry.path, isRecursive, files)
    else throw inDirectory(entry.path, directory)
  }
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

import type { Disk } from '../../../platform/index.ts'
import { SparkError, invalidArgument } from '../../errors.ts'
import { expandBraces, isGlob, splitPathList } from './glob.ts'

/** The file systems that can be named, by the scheme of their URLs. */
const SCHEMES = ['file']

/** One item of a list of inputs. */
export interface InputPattern {
  /** As it was given. */
  readonly text: string
  /** Whether it may stand for several, or for none of them. */
  readonly isGlob: boolean
  /** What it is once its braces are chosen: absolute paths, which may have other patterns still. */
  readonly paths: readonly string[]
}

/**
 * The inputs that a list means, with commas between them.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID, TROUPE_SPARK_SCHEME_UNKNOWN
 */
export function inputPatterns(disk: Disk, where: string, list: string): InputPattern[] {
  return splitPathList(where, list).map((text) => ({
    text,
    isGlob: isGlob(text),
    paths: expandBraces(text).map((path) => localPath(disk, path)),
  }))
}

/**
 * The absolute path of a file: a path as it is, or a URL `file:/…`.
 *
 * @throws TROUPE_SPARK_SCHEME_UNKNOWN, TROUPE_SPARK_ARGUMENT_INVALID
 */
export function localPath(disk: Disk, text: string): string {
  const [, scheme, rest = text] = /^([a-z][a-z0-9+.-]*):(\/.*)$/is.exec(text) ?? []
  if (scheme === undefined) return disk.absolute(text)
  if (scheme.toLowerCase() === 'file') {
    const [, host, path = rest] = /^\/\/([^/]*)(\/.*)$/s.exec(rest) ?? []
    if (host === undefined || host === '' || host === 'localhost') return disk.absolute(path)
    throw invalidArgument('a path', text, 'a URL file:/… without a host, or one of localhost')
  }
  throw new SparkError(
    'TROUPE_SPARK_SCHEME_UNKNOWN',
    `No FileSystem for scheme "${scheme}": ${text}; known are ${SCHEMES.join(', ')}, and paths without a scheme`,
    { data: { path: text, scheme } },
  )
}

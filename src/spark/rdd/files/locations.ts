import type { DriverFiles } from '../../files/index.ts'
import { expandBraces, isGlob, splitPathList } from './glob.ts'

/** One item of a list of inputs. */
export interface InputPattern {
  /** As it was given. */
  readonly text: string
  /** Whether it may stand for several, or for none of them. */
  readonly isGlob: boolean
  /** What it is once its braces are chosen: absolute paths and URLs, which may have other patterns still. */
  readonly paths: readonly string[]
}

/**
 * The inputs that a list means, with commas between them.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID, TROUPE_SPARK_SCHEME_UNKNOWN
 */
export function inputPatterns(
  files: Pick<DriverFiles, 'absolute'>,
  where: string,
  list: string,
): InputPattern[] {
  return splitPathList(where, list).map((text) => ({
    text,
    isGlob: isGlob(text),
    paths: expandBraces(text).map((path) => files.absolute(path)),
  }))
}

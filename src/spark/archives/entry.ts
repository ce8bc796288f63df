import { SparkError } from '../errors.ts'

/** Something in an archive. */
export type ArchiveEntry =
  | { readonly type: 'directory'; readonly path: string }
  | {
      readonly type: 'file'
      readonly path: string
      /** Permissions. */
      readonly mode: number
      readonly bytes: Uint8Array
    }
  | { readonly type: 'link'; readonly path: string; readonly target: string }

/**
 * A path of an archive without what says nothing; empty for the archive's own directory.
 *
 * @throws TROUPE_SPARK_ARCHIVE_DAMAGED for one that leads out of the archive
 */
export function insidePath(archive: string, path: string): string {
  const steps: string[] = []
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue
    if (step !== '..') steps.push(step)
    else if (steps.pop() === undefined) throw damaged(archive, `${path} leads out of it`)
  }
  if (path.startsWith('/')) throw damaged(archive, `${path} is absolute`)
  return steps.join('/')
}

/** A link whose target stays in the archive. @throws TROUPE_SPARK_ARCHIVE_DAMAGED */
export function insideLink(archive: string, path: string, target: string): ArchiveEntry {
  if (target.startsWith('/'))
    throw damaged(archive, `${path} leads to ${target}, which is absolute`)
  insidePath(archive, `${path}/../${target}`)
  return { type: 'link', path, target }
}

/** What is wrong with an archive. */
export function damaged(archive: string, why: string, cause?: unknown): SparkError {
  return new SparkError(
    'TROUPE_SPARK_ARCHIVE_DAMAGED',
    `The archive ${archive} can't be unpacked: ${why}. Make it again with tar or zip`,
    { data: { archive, why }, ...(cause === undefined ? {} : { cause }) },
  )
}

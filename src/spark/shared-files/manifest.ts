import type { BroadcastMeta } from '../broadcast/index.ts'

/** The property by which tasks learn of files: where their list is broadcast. */
export const SHARED_FILES_PROPERTY = 'troupe.shared.files'

/** The bytes of one file, in order. */
export interface SharedPart {
  /** Below the file's own name; empty for the file itself. */
  readonly path: string
  readonly pieces: readonly BroadcastMeta[]
}

/** What was added: a file, a directory of files, or an archive that is to be unpacked. */
export interface SharedFile {
  /** What it is called in the executors' folders. */
  readonly name: string
  /** Of the archive, whose ending says what it is; undefined for what is not unpacked. */
  readonly archive: string | undefined
  readonly parts: readonly SharedPart[]
}

/** All that was added, in that order. */
export type Manifest = readonly SharedFile[]

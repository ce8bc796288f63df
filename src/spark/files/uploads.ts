import type { AppendFile } from '../../platform/index.ts'

/** A file that is written and that nobody sees yet. Plain data. */
export interface Upload {
  readonly path: string
  /** Undefined for a file without bytes, which there is nothing to keep of. */
  readonly id: string | undefined
  /** What the parts were answered with, in order. */
  readonly tags: readonly string[]
}

/** A file on its way. */
export interface UploadFile extends AppendFile {
  /** All bytes are there; in place of `close`. */
  finish(): Promise<Upload>
  /** Gives it up; nothing stays behind. */
  abort(): Promise<void>
}

/**
 * How an object store, which can't rename at one stroke, lets a file appear: parts are uploaded, and are an object once they are
 * completed.
 */
export interface Uploads {
  begin(path: string): Promise<UploadFile>
  /** The file is there, at one stroke. */
  complete(upload: Upload): Promise<void>
  /** Ends what was begun below a directory and never completed, whoever began it. */
  abortBelow(path: string): Promise<void>
}

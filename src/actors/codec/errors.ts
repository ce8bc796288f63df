import { TroupeError } from '../../platform/index.ts'

/** A value that can't travel, or bytes that mean nothing. */
export class CodecError extends TroupeError {}

/**
 * A failure that came over a link. `name`, `code`, `message`, `data` and the causes are those of the original;
 * `remoteStack` is its stack there, and `stack` shows both.
 */
export class RemoteError extends TroupeError {
  readonly remoteStack: string | undefined

  constructor(
    code: string,
    message: string,
    options: {
      readonly name: string
      readonly cause?: unknown
      readonly data?: Readonly<Record<string, unknown>>
      readonly remoteStack: string | undefined
    },
  ) {
    super(code, message, options)
    this.name = options.name
    this.remoteStack = options.remoteStack
  }
}

/** Errors without a code of their own get this one when they cross a link. */
export const UNCODED: string = 'TROUPE_CODEC_REMOTE_ERROR'

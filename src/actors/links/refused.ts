import { AskPort } from '../ask.ts'
import { CodecError } from '../codec/index.ts'
import type { Culprit } from '../codec/index.ts'
import { LinkError } from './errors.ts'
import type { LinkLimits } from './link-options.ts'

/** How many refused messages of a link are written to the log. */
export const MAX_LOGGED_REFUSALS = 10

/** Why a message can't travel. */
export function refusal(
  culprit: Culprit | undefined,
  to: string,
  limits: LinkLimits,
  cause: unknown,
): CodecError {
  if (culprit !== undefined) {
    return new CodecError(
      'TROUPE_CODEC_UNENCODABLE',
      `a message to ${to} can't travel: ${culprit.path} is ${culprit.what}; send plain data and refs`,
      { data: { to, path: culprit.path, what: culprit.what } },
    )
  }
  if (cause !== undefined) {
    return new CodecError(
      'TROUPE_CODEC_UNENCODABLE',
      `a message to ${to} can't travel: ${cause instanceof Error ? cause.message : 'it can’t be encoded'}`,
      { cause, data: { to } },
    )
  }
  return new CodecError(
    'TROUPE_CODEC_TOO_LARGE',
    `a message to ${to} is larger than a frame of ${String(limits.maxFrameBytes)} bytes: send it in parts, or raise maxFrameBytes on both sides`,
    { data: { to, maxFrameBytes: limits.maxFrameBytes } },
  )
}

/** Why a message found no room in its link. */
export function linkFull(to: string, { maxQueuedMessages }: LinkLimits): LinkError {
  return new LinkError(
    'TROUPE_LINK_FULL',
    `a message to ${to} found no room: ${String(maxQueuedMessages)} messages wait for the connection; slow the senders down, or raise maxQueuedMessages`,
    { data: { to, maxQueuedMessages } },
  )
}

/** Ends the asks whose message can't travel; they stand near the top of it. */
export function failPortsIn(message: unknown, error: unknown, depth = 0): void {
  if (typeof message !== 'object' || message === null) return
  if (message instanceof AskPort) {
    message.fail(error)
    return
  }
  if (depth >= 3 || ArrayBuffer.isView(message)) return
  for (const item of readableValues(message)) failPortsIn(item, error, depth + 1)
}

/** Its values; none if reading them throws, as a getter may. */
function readableValues(value: object): readonly unknown[] {
  return Object.keys(value).flatMap((key) => {
    try {
      return [(value as Readonly<Record<string, unknown>>)[key]]
    } catch {
      // Such a value can't hold a port that anyone waits on.
      return []
    }
  })
}

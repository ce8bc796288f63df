import { TroupeError } from '../platform/index.ts'

/** An offer that did not get its place. */
export class OfferError extends TroupeError {}

/** The receiver has ended, or ends. */
export function offerEnded(path: string): OfferError {
  return new OfferError(
    'TROUPE_OFFER_TARGET_TERMINATED',
    `${path} has terminated and takes no more messages: offer to its successor, or give up`,
    { data: { path } },
  )
}

export function offerTimedOut(path: string, timeoutMs: number): OfferError {
  return new OfferError(
    'TROUPE_OFFER_TIMEOUT',
    `${path} had no place for the message within ${String(timeoutMs)} ms: it is slower than its senders; send less, or wait longer`,
    { data: { path, timeoutMs } },
  )
}

export function offerAborted(path: string, cause: unknown): OfferError {
  return new OfferError('TROUPE_OFFER_ABORTED', `the offer to ${path} was aborted`, {
    cause,
    data: { path },
  })
}

export function tooManyOffers(path: string, waiting: number): OfferError {
  return new OfferError(
    'TROUPE_OFFER_TOO_MANY',
    `${String(waiting)} offers wait for ${path} already: await one before making the next`,
    { data: { path, waiting } },
  )
}

export function offerTooLarge(path: string, sizeBytes: number, capacityBytes: number): OfferError {
  return new OfferError(
    'TROUPE_OFFER_TOO_LARGE',
    `a message of ${String(sizeBytes)} bytes will never find a place in the mailbox of ${path}, which takes ${String(capacityBytes)}: send it in parts, or raise mailbox.capacityBytes`,
    { data: { path, sizeBytes, capacityBytes } },
  )
}

/** The receiver's node does not let this one send to it. */
export function offerRefused(path: string, reason: string): OfferError {
  return new OfferError(
    'TROUPE_OFFER_REFUSED',
    `${path} takes no offers of this node (${reason}): prove the token it is guarded by`,
    { data: { path, reason } },
  )
}

/** @throws TROUPE_OFFER_TIMEOUT_INVALID */
export function checkTimeout(timeoutMs: number): void {
  if (timeoutMs > 0 && timeoutMs <= 2 ** 31 - 1) return
  throw new OfferError(
    'TROUPE_OFFER_TIMEOUT_INVALID',
    `timeoutMs is ${String(timeoutMs)}: it takes a number above 0, at most ${String(2 ** 31 - 1)}`,
    { data: { timeoutMs } },
  )
}

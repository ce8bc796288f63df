/**
 * Flow control: who waits for a place in a mailbox, and who gets the next one.
 *
 * An offer is a message that waits for its place; `tell` never does. Places are counted where the mailbox is, by its
 * {@link MailboxRoom}: within the bounds in messages and bytes, first come first served, each link in its turn. A
 * {@link Claim} asks for places: that of one offer, or that of a link for what its other side offers (see `links`). A
 * place that was granted is reserved until its message comes or it is given back; tells find the mailbox so much
 * smaller.
 *
 * What serves claims is a {@link RoomSource}: a mailbox here, or the credit of a link for a mailbox over there.
 */
export { Claim, ClaimLine } from './claims.ts'
export type { RoomSource } from './claims.ts'
export { offerEnded, offerRefused } from './errors.ts'
export { MailboxRoom } from './mailbox-room.ts'
export { MAX_WAITING_OFFERS, PendingOffer, offerCell, roomOf } from './offer.ts'
export type { OfferOptions, OfferTarget } from './offer.ts'

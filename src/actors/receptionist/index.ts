/**
 * The receptionist: actors found by what they offer, not by where they are.
 *
 * An actor is registered under a {@link ServiceKey}; others find it or subscribe to the listing of the key. An entry
 * leaves when its actor terminates. There is one receptionist a system, at `/system/receptionist`; it starts when
 * it is first asked for.
 */
export { Receptionist } from './facade.ts'
export type { Listing, ReceptionistMessage } from './protocol.ts'
export { receptionist } from './receptionist.ts'
export { serviceKey } from './service-key.ts'
export type { ServiceKey } from './service-key.ts'

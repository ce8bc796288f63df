/**
 * Links: what this system and another one share, whatever carries it (a thread's port, TCP).
 *
 * A {@link Link} is one side of the relation between two incarnations. User messages wait in its outboxes and are
 * encoded when they leave, at the end of the dispatcher's slice or in full batches; they are delivered at most
 * once, in order. Control messages (watch, gone, spawn, failed …) are numbered, acknowledged, sent again on the next
 * connection and dropped when they come twice; they keep their place among the user messages. Connections
 * ({@link Transport}) come and go; a lost link stays lost: its refs have ended, asks through it have failed.
 *
 * Words: a *lane* is a connection of its own (`messages`, `bulk`); an actor is *exported* once a ref of it has been
 * written; the {@link LinkHub} is what all links of a system share.
 */
export { LinkError, NodeError, nodeLost } from './errors.ts'
export { hubOf, knownHubOf } from './hub.ts'
export type { LinkHub, Peer } from './hub.ts'
export { Link } from './link.ts'
export type { Received } from './inbox.ts'
export type { LinkAccount, LinkCounts } from './link-counts.ts'
export { resolveLimits } from './link-options.ts'
export type { LinkLimits } from './link-options.ts'
export { NearChild } from './near-child.ts'
export { formatAddress, nodeAddressOf } from './node-address.ts'
export { RemoteRef } from './remote-ref.ts'
export type { Lane } from './remote-ref.ts'
export { FRAME_HEAD_BYTES } from './transport.ts'
export type { Transport } from './transport.ts'

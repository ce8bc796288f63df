/**
 * Nodes: actor systems linked over TCP.
 *
 *     const node = await startNode(system, { host: '127.0.0.1', port: 7077, secret })
 *     const peer = await otherNode.join('127.0.0.1:7077')        // retries for 10 s
 *     const master = await peer.resolve<MasterMessage>('/user/master')
 *     master.tell({ type: 'Register', replyTo: ctx.self })        // refs travel in messages
 *     await master.ask((replyTo) => ({ type: 'Status', replyTo }))
 *     ctx.watch(master)                                           // Terminated, also when its node is lost
 *     peer.whenLost, system.eventStream.subscribe('NodeLost', …)
 *     peer.hasProved('app-7')                                     // tokens: { 'app-7': … } on both sides
 *
 * Guarantees: a ref in a message reaches its actor from wherever it is read, also on a third node, which is then
 * joined by itself. User messages arrive at most once and in order; watches, endings and spawns exactly once across
 * reconnects. A node that is out of reach past its limit, refuses connections, has left, or comes back as another
 * incarnation is lost for good: watchers get Terminated `node-lost`, asks fail with TROUPE_NODE_LOST at once, and the
 * lost incarnation is refused from then on. Strangers get nothing but a handshake.
 */
export { startNode } from './node.ts'
export type { JoinOptions, TroupeNode } from './node.ts'
export { isLoopback } from './options.ts'
export type { NodeOptions } from './options.ts'
export type { RemoteNode } from './remote-node.ts'
export type { SpreadOptions } from './node-placement.ts'

import type { ActorRef, RemoteNode, TroupeNode } from '../../../actors/index.ts'
import type { MasterRequest } from '../master/index.ts'
import type { KnownMasters } from './known-masters.ts'

/** Where the master stands on its node. */
export const MASTER_NAME = 'spark-master'
/** Where one that takes part in an election says who leads. */
export const STANDBY_NAME = 'spark-standby'

const JOIN_TIMEOUT_MS = 5_000
const ANSWER_TIMEOUT_MS = 2_000

/** Who leads, at a master that does not. */
export interface AskLeader {
  readonly type: 'ask-leader'
  readonly replyTo: ActorRef<LeaderReply>
}

export interface LeaderReply {
  readonly type: 'leader'
  /** `host:port`; undefined where it is not known. */
  readonly address: string | undefined
}

/**
 * Finds a master at one of the addresses that are known, the first that leads; one that does not lead may say who does.
 *
 * @returns a function that resolves to it, or rejects with what the last address has said
 */
export function masterAt(
  node: TroupeNode,
  masters: KnownMasters,
): () => Promise<ActorRef<MasterRequest>> {
  return async () => {
    const asked = new Set<string>()
    const waiting = [...masters.addresses]
    let failure: unknown
    for (let address = waiting.shift(); address !== undefined; address = waiting.shift()) {
      if (asked.has(address)) continue
      asked.add(address)
      try {
        const peer = await node.join(address, { timeoutMs: JOIN_TIMEOUT_MS })
        try {
          return await peer.resolve<MasterRequest>(`/user/${MASTER_NAME}`)
        } catch (error) {
          failure = error
          const leader = await leaderBy(peer)
          if (leader !== undefined) waiting.unshift(leader)
        }
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }
}

/** Undefined where it does not know, or takes part in no election. */
async function leaderBy(peer: RemoteNode): Promise<string | undefined> {
  try {
    const standby = await peer.resolve<AskLeader>(`/user/${STANDBY_NAME}`)
    const ask = (replyTo: ActorRef<LeaderReply>): AskLeader => ({ type: 'ask-leader', replyTo })
    return (await standby.ask(ask, { timeoutMs: ANSWER_TIMEOUT_MS })).address
  } catch {
    return undefined
  }
}

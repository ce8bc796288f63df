import type { ActorRef, TroupeNode } from '../../../actors/index.ts'
import type { MasterRequest } from '../master/index.ts'

/** Where the master stands on its node. */
export const MASTER_NAME = 'spark-master'

const JOIN_TIMEOUT_MS = 5_000

/**
 * Finds a master at one of these addresses (`host:port`), the first that answers.
 *
 * @returns a function that resolves to it, or rejects with what the last address has said
 */
export function masterAt(
  node: TroupeNode,
  addresses: readonly string[],
): () => Promise<ActorRef<MasterRequest>> {
  return async () => {
    let failure: unknown
    for (const address of addresses) {
      try {
        const peer = await node.join(address, { timeoutMs: JOIN_TIMEOUT_MS })
        return await peer.resolve<MasterRequest>(`/user/${MASTER_NAME}`)
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }
}

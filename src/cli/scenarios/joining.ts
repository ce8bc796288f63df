import type { TroupeNode } from '../../actors/index.ts'
import type { Environment } from '../../platform/index.ts'

const JOIN_TIMEOUT_MS = 2_000
const AGAIN_MS = 300

/** Joins the node at `address`, again and again until it is there. */
export async function joinWhenThere(
  node: TroupeNode,
  address: string,
  environment: Environment,
): Promise<void> {
  for (;;) {
    try {
      await node.join(address, { timeoutMs: JOIN_TIMEOUT_MS })
      return
    } catch {
      await new Promise<void>((resolve) => environment.clock.setTimer(AGAIN_MS, resolve))
    }
  }
}

import { TroupeError } from '../../platform/index.ts'

/** A link that broke its rules or its bounds. */
export class LinkError extends TroupeError {}

/** Another thread or node that is gone, or can't be reached. */
export class NodeError extends TroupeError {}

export function nodeLost(node: string, reason: string): NodeError {
  return new NodeError(
    'TROUPE_NODE_LOST',
    `${node} is lost (${reason}): its actors are gone; start them elsewhere`,
    { data: { node, reason } },
  )
}

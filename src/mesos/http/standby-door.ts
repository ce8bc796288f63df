import { formatAddress, receive, type Behavior } from '../../actors/index.ts'
import type { Address, HttpReply } from '../../platform/index.ts'
import { textReply } from './answers.ts'
import type { Arrived } from './arrived.ts'
import { endpointName } from './master/routes.ts'

/**
 * The HTTP door of a master that does not lead: whatever is asked is to be asked of the one that does.
 *
 * @param leader where the door of that one is; undefined while it is not known
 */
export function standbyDoor(leader: () => Promise<Address | undefined>): Behavior<Arrived> {
  return receive<Arrived>(async ({ exchange }) => {
    const { target } = exchange.request
    exchange.reply(
      endpointName(target) === '/health' ? textReply(200) : elsewhere(await leader(), target),
    )
  })
}

function elsewhere(leader: Address | undefined, target: string): HttpReply {
  if (leader === undefined) return textReply(503, 'No leader elected')
  const path = endpointName(target) === '/redirect' ? '' : target
  return { ...textReply(307), headers: { location: `//${formatAddress(leader)}${path}` } }
}

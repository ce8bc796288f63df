import { receive, setup, type ActorRef, type Behavior } from '../../../actors/index.ts'
import type { Stage } from '../../../actors/testkit/index.ts'
import type {
  Offer,
  Operation,
  Resource,
  SchedulerDriverEvent,
  SchedulerDriverMessage,
} from '../../../mesos/index.ts'

const SHARE: Readonly<Record<string, number>> = { cpus: 0.25, mem: 32 }
const REFUSE_SECONDS = 1
/** Of so many offers in which something is reserved for it, it gives one back. */
const ONE_IN = 3

type Message =
  | SchedulerDriverEvent
  | { readonly type: 'driver'; readonly driver: ActorRef<SchedulerDriverMessage> }
  /** From now on it reserves nothing, and gives back what it has. */
  | { readonly type: 'give-back' }

/** A framework that runs nothing: it reserves a little of each agent, lets it go, and reserves it again. */
export function keeper(role: string, stage: Stage): Behavior<Message> {
  return setup<Message>(() => {
    let driver: ActorRef<SchedulerDriverMessage> | undefined
    let isGivingBack = false

    const operation = (offer: Offer): Operation | undefined => {
      const own = offer.resources.filter((one) => isReserved(one))
      if (own.length > 0) {
        return isGivingBack || stage.random.int(ONE_IN) === 0
          ? { type: 'UNRESERVE', unreserve: { resources: own } }
          : undefined
      }
      const free = Object.entries(SHARE).map(([name, value]): Resource | undefined =>
        offer.resources.some(
          (one) => one.name === name && one.type === 'SCALAR' && one.scalar.value >= value,
        )
          ? { name, type: 'SCALAR', scalar: { value }, role, reservation: {} }
          : undefined,
      )
      const resources = free.filter((one) => one !== undefined)
      const isEnough = resources.length === free.length
      return isEnough && !isGivingBack ? { type: 'RESERVE', reserve: { resources } } : undefined
    }

    return receive<Message>((message) => {
      switch (message.type) {
        case 'driver':
          driver = message.driver
          return
        case 'give-back':
          isGivingBack = true
          driver?.tell({ type: 'REVIVE' })
          return
        case 'OFFERS':
          for (const offer of message.offers.offers) {
            const wanted = operation(offer)
            const operations = wanted === undefined ? [] : [wanted]
            const filters = { refuse_seconds: REFUSE_SECONDS }
            driver?.tell({
              type: 'ACCEPT',
              accept: { offer_ids: [offer.id], operations, filters },
            })
          }
          return
        default:
      }
    })
  })
}

function isReserved(resource: Resource): boolean {
  return resource.role !== undefined && resource.role !== '*'
}

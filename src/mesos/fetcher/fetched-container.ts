import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import type { Containerizer, ContainerMessage } from '../containerizer/index.ts'
import type { Fetched, FetcherMessage } from './protocol.ts'

type Message = ContainerMessage | Fetched

/**
 * A containerizer whose containers start once the files that their commands name are there. What a container is told
 * meanwhile waits, but for `destroy`, which ends the fetch.
 */
export function fetchedContainer(
  fetcher: ActorRef<FetcherMessage>,
  inner: Containerizer,
): Containerizer {
  return (spec, owner) => {
    const { containerId, sandbox, command } = spec
    const { uris = [] } = command
    if (uris.length === 0 || spec.running !== undefined) return inner(spec, owner)
    return setup<Message>((ctx) => {
      const failed = (reason: string): void => {
        owner.tell({ type: 'container-failed', containerId, reason })
        ctx.stop()
      }
      const user = command.user ?? spec.user
      fetcher.tell({ type: 'fetch', containerId, uris, sandbox, user, replyTo: ctx.self })
      let isFetching = true
      return stateful<undefined, Message>(
        undefined,
        (state, message) => {
          if (message.type === 'fetched') {
            isFetching = false
            if (message.problem === undefined) {
              // The fetcher has said all that it says.
              ctx.become(inner(spec, owner) as Behavior<Message>)
              ctx.stash.unstashAll()
            } else failed(message.problem)
          } else if (message.type === 'destroy') failed('Container destroyed during fetching')
          else ctx.stash.stash(message)
          return state
        },
        (state, signal) => {
          if (signal.type === 'PostStop' && isFetching)
            fetcher.tell({ type: 'cancel', containerId })
          return state
        },
      )
    })
  }
}

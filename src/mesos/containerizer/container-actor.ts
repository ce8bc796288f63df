import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import { isTroupeError } from '../../platform/index.ts'
import type { Contained, Ended, Launch } from './contained.ts'
import type { ContainerMessage, ContainerNotice, ContainerSpec } from './protocol.ts'

type OwnMessage =
  | { readonly type: 'started'; readonly contained: Contained }
  | { readonly type: 'failed'; readonly reason: string; readonly hasNoSandbox?: true }
  | { readonly type: 'ended'; readonly ended: Ended }

type Message = ContainerMessage | OwnMessage

interface State {
  readonly contained: Contained | undefined
  /** What came before it had started. */
  readonly early: readonly ContainerMessage[]
}

/**
 * The actor of one container, whatever isolates it: `launch` does that. Orders that come before it has started wait for that.
 * What runs outlives this actor only if it is to (`outlivesAgent`): otherwise whoever stops the actor ends it.
 */
export function containerActor(
  launch: Launch,
  spec: ContainerSpec,
  owner: ActorRef<ContainerNotice>,
): Behavior<ContainerMessage> {
  const { containerId } = spec
  const behavior = setup<Message>((ctx) => {
    const { environment, log } = ctx
    const outlives = spec.outlivesAgent === true
    let isOver = false
    const starting = launch(environment, spec).then((contained) => {
      // Whoever stopped this actor meanwhile will never hear of it.
      if (isOver && !outlives) return contained.destroy().then(() => contained)
      return contained
    })
    ctx.pipeToSelf(starting, (contained, error) =>
      contained === undefined
        ? {
            type: 'failed',
            reason: sayWhy(error),
            ...(isTroupeError(error, 'TROUPE_MESOS_SANDBOX_FAILED') && { hasNoSandbox: true }),
          }
        : { type: 'started', contained },
    )

    const carryOut = (contained: Contained, message: ContainerMessage): void => {
      switch (message.type) {
        case 'destroy':
          attempt(contained.destroy(), 'destroy')
          return
        case 'signal':
          contained.signal(message.signal)
          return
        case 'update':
          attempt(contained.update(message.resources), 'update')
          return
        case 'statistics': {
          const { replyTo } = message
          const type = 'container-statistics'
          contained
            .statistics()
            .then((found) => found && { timestamp: environment.clock.wallNow() / 1000, ...found })
            .catch(() => undefined)
            .then((statistics) => replyTo.tell({ type, containerId, statistics }))
            .catch(() => undefined)
          return
        }
        case 'exec': {
          const { replyTo } = message
          contained
            .exec(message)
            .catch((error: unknown) => ({ type: 'exec-failed', reason: sayWhy(error) }) as const)
            .then((answer) => replyTo.tell(answer))
            .catch(() => undefined)
        }
      }
    }
    const attempt = (done: Promise<void>, what: string): void => {
      done.catch((error: unknown) => {
        log.write('warn', `can't ${what} the container`, { containerId, reason: sayWhy(error) })
      })
    }

    return stateful<State, Message>(
      { contained: undefined, early: [] },
      (state, message) => {
        switch (message.type) {
          case 'started': {
            const { contained } = message
            ctx.pipeToSelf(contained.ended, (ended = { exit: undefined }) => ({
              type: 'ended',
              ended,
            }))
            const { pid, mark, ipAddress } = contained
            const address = ipAddress !== undefined && { ipAddress }
            owner.tell({ type: 'container-started', containerId, pid, mark, ...address })
            for (const one of state.early) carryOut(contained, one)
            return { contained, early: [] }
          }
          case 'failed':
            for (const one of state.early) answerNothing(containerId, one, message.reason)
            owner.tell({ ...message, type: 'container-failed', containerId })
            ctx.stop()
            return { ...state, early: [] }
          case 'ended':
            owner.tell({ type: 'container-exited', containerId, ...message.ended })
            ctx.stop()
            return { ...state, contained: undefined }
          default: {
            const { contained } = state
            if (message.type === 'statistics' && contained === undefined) {
              answerNothing(containerId, message, 'it has not started')
              return state
            }
            if (contained === undefined) return { ...state, early: [...state.early, message] }
            carryOut(contained, message)
            return state
          }
        }
      },
      async (state, signal) => {
        if (signal.type === 'Terminated') return state
        isOver = true
        if (outlives) state.contained?.release()
        else await state.contained?.destroy().catch(() => undefined)
        return state
      },
    )
  })
  return behavior
}

/** Of a container that has never started nothing can be had. */
function answerNothing(containerId: string, message: ContainerMessage, reason: string): void {
  if (message.type === 'statistics') {
    message.replyTo.tell({ type: 'container-statistics', containerId, statistics: undefined })
  } else if (message.type === 'exec') {
    message.replyTo.tell({ type: 'exec-failed', reason })
  }
}

function sayWhy(error: unknown): string {
  return isTroupeError(error) || error instanceof Error ? error.message : String(error)
}

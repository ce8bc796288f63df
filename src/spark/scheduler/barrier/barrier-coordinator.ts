import { accepting, receive, setup, type ActorRef, type Behavior } from '../../../actors/index.ts'
import type { Timer } from '../../../platform/index.ts'
import type { AskSync } from '../../executor/protocol.ts'
import { isAskSync } from '../../executor/shapes.ts'
import {
  barrierName,
  emptySyncs,
  syncTransition,
  type BarrierId,
  type SyncAnswer,
  type SyncEffect,
  type SyncEvent,
} from './sync-book.ts'

/** What the coordinator is told. */
export type BarrierMessage =
  | AskSync
  | { readonly type: 'barrier-begins'; readonly id: BarrierId; readonly numTasks: number }
  | { readonly type: 'barrier-over'; readonly id: BarrierId }
  | SyncTimeout

interface SyncTimeout {
  readonly type: 'sync-timeout'
  readonly id: BarrierId
  readonly epoch: number
}

/** Answers the tasks of barrier stages once all of a stage have asked, or none within `timeoutMs`. */
export function barrierCoordinator(timeoutMs: number): Behavior<BarrierMessage> {
  const behavior = setup<BarrierMessage>((ctx) => {
    const { clock } = ctx.environment
    const state = emptySyncs<ActorRef<SyncAnswer>>(timeoutMs)
    const timers = new Map<string, Timer>()
    const stopTimer = (name: string): void => {
      timers.get(name)?.cancel()
      timers.delete(name)
    }
    const carryOut = (effect: SyncEffect<ActorRef<SyncAnswer>>): void => {
      switch (effect.type) {
        case 'answer':
          effect.waiting.tell(effect.answer)
          return
        case 'start-timer': {
          const { id, epoch } = effect
          // Those of an actor end after 24 days.
          const timer = clock.setTimer(
            timeoutMs,
            () => {
              ctx.self.tell({ type: 'sync-timeout', id, epoch })
            },
            { background: true },
          )
          timers.set(barrierName(id), timer)
          return
        }
        case 'stop-timer':
          stopTimer(barrierName(effect.id))
          return
      }
    }
    return receive<BarrierMessage>(
      (message) => {
        for (const effect of syncTransition(state, eventOf(message))[1]) carryOut(effect)
      },
      (signal) => {
        if (signal.type === 'PostStop') for (const name of [...timers.keys()]) stopTimer(name)
      },
    )
  })
  // Which attempts there are it is told by the driver, which lives here.
  return accepting(isAskSync, behavior)
}

function eventOf(message: BarrierMessage): SyncEvent<ActorRef<SyncAnswer>> {
  switch (message.type) {
    case 'ask-sync':
      return { type: 'request', request: message.request, waiting: message.replyTo }
    case 'barrier-begins':
      return { type: 'begin', id: message.id, numTasks: message.numTasks }
    case 'sync-timeout':
      return { type: 'timeout', id: message.id, epoch: message.epoch }
    case 'barrier-over':
      return { type: 'over', id: message.id }
  }
}

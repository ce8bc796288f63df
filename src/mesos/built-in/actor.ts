import { setup, stateful, type Behavior } from '../../actors/index.ts'
import type { Disk } from '../../platform/index.ts'
import { MesosError } from '../errors.ts'
import { asUuid, type ContainerId } from '../protocol/index.ts'
import type { BuiltInMessage, BuiltInOptions, ContainerRequest, FoundTask } from './protocol.ts'
import type { LifeTimer, StatusPart } from './task-life.ts'

/** What a built-in executor does. */
export type BuiltInEffect =
  | {
      readonly type: 'update'
      readonly taskId: string
      readonly status: StatusPart
      /** Where it runs, if not in the executor's own container. */
      readonly containerId?: string
    }
  | ContainerRequest
  | {
      readonly type: 'start-timer'
      readonly key: string
      readonly afterMs: number
      readonly event: LifeTimer
    }
  | { readonly type: 'cancel-timer'; readonly key: string }
  /** It is over. */
  | { readonly type: 'stop' }

/** A pure function from what is known and what happens to what is known then and to be done; `nowMs` is Unix time. */
export type BuiltInStep<State, Own> = (
  state: State,
  occurrence: BuiltInMessage | LifeTimer | Own,
  nowMs: number,
) => readonly [State, readonly BuiltInEffect[]]

/**
 * The actor around a step: when all is prepared it subscribes, goes on with what was handed to it before, and stops when
 * the step says so.
 */
export function builtInActor<State, Own>(
  options: BuiltInOptions,
  prepare: ((disk: Disk) => Promise<void>) | undefined,
  step: BuiltInStep<State, Own>,
  initial: State,
  first: Own | undefined,
  handedOver: readonly FoundTask[],
): Behavior<BuiltInMessage> {
  const { ids, containerId: parent, onCall, onRequest } = options
  type Message = BuiltInMessage | LifeTimer | { readonly type: 'prepared'; readonly error: unknown }
  const behavior = setup<Message>((ctx) => {
    const { clock, disk, random } = ctx.environment
    const run = (effect: BuiltInEffect): void => {
      switch (effect.type) {
        case 'update': {
          const { taskId, status, containerId } = effect
          const container_id: ContainerId | undefined =
            containerId === undefined
              ? undefined
              : { value: containerId, parent: { value: parent } }
          onCall({
            ...ids,
            type: 'UPDATE',
            update: {
              status: {
                task_id: { value: taskId },
                ...status,
                executor_id: ids.executor_id,
                source: 'SOURCE_EXECUTOR',
                timestamp: clock.wallNow() / 1000,
                uuid: asUuid(random.bytes(16)),
                ...(container_id !== undefined && { container_status: { container_id } }),
              },
            },
          })
          return
        }
        case 'launch':
        case 'signal':
        case 'start-checks':
        case 'stop-checks':
        case 'note-kill':
          onRequest(effect)
          return
        case 'start-timer':
          ctx.timers.startSingle(effect.key, effect.event, effect.afterMs)
          return
        case 'cancel-timer':
          ctx.timers.cancel(effect.key)
          return
        case 'stop':
          ctx.stop()
          return
      }
    }
    const go = (state: State, occurrence: BuiltInMessage | LifeTimer | Own): State => {
      const [next, effects] = step(state, occurrence, clock.wallNow())
      for (const effect of effects) run(effect)
      return next
    }
    const begin = (): State => {
      const unacknowledged_tasks = handedOver.map(({ info }) => info)
      const subscribe = { unacknowledged_tasks, unacknowledged_updates: [] }
      onCall({ ...ids, type: 'SUBSCRIBE', subscribe })
      return first === undefined ? initial : go(initial, first)
    }
    if (prepare === undefined) {
      return stateful<State, Message>(begin(), (state, message) =>
        message.type === 'prepared' ? state : go(state, message),
      )
    }
    // What comes before it has begun waits: how containers went that were found again.
    const early: (BuiltInMessage | LifeTimer)[] = []
    let hasBegun = false
    ctx.pipeToSelf(prepare(disk), (_nothing, error) => ({ type: 'prepared', error }))
    return stateful<State, Message>(initial, (state, message) => {
      if (message.type !== 'prepared') {
        if (hasBegun) return go(state, message)
        early.push(message)
        return state
      }
      if (message.error !== undefined) throw asError(message.error)
      hasBegun = true
      return early.reduce(go, begin())
    })
  })
  return behavior
}

function asError(cause: unknown): Error {
  if (cause instanceof Error) return cause
  const why = String(cause)
  return new MesosError(
    'TROUPE_MESOS_CONTAINER_FAILED',
    `The sandbox of an executor can't be made: ${why}`,
    { cause },
  )
}

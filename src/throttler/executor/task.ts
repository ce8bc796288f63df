import { receive, setup, type ActorRef, type Behavior } from '../../actors/index.ts'
import { ThrottlerError } from '../errors.ts'
import type { RateShare, StartTask, TaskResult, TaskSnapshot } from '../run/index.ts'
import type { TaskRecord } from './task-record.ts'

/** What a task is told by its executor. */
export type TaskMessage =
  | { readonly type: 'control'; readonly rate: RateShare; readonly isPaused: boolean }
  | { readonly type: 'stop' }

/** What a task tells its executor. */
export type TaskNotice =
  | { readonly type: 'task-progress'; readonly id: string }
  | { readonly type: 'task-over'; readonly id: string; readonly end: 'finished' | 'stopped' }

type Message =
  | TaskMessage
  | { readonly type: 'progress'; readonly snapshot: TaskSnapshot }
  | { readonly type: 'result'; readonly result: TaskResult | undefined; readonly error: unknown }

/**
 * One attempt of a task. A query that fails ends it, and fails this actor: whether there is another attempt, and when, is for its
 * parent to say; it begins with what is left then.
 */
export function taskActor(
  record: TaskRecord,
  startTask: StartTask,
  executor: ActorRef<TaskNotice>,
  wanted: () => { readonly rate: RateShare; readonly isPaused: boolean } | undefined,
): Behavior<TaskMessage> {
  const { id } = record.spec
  const behavior = setup<Message>((ctx) => {
    const { environment, self } = ctx
    const running = startTask(environment, record.left(environment.clock.now()), {
      onProgress: (snapshot) => self.tell({ type: 'progress', snapshot }),
    })
    const before = wanted()
    if (before !== undefined) running.setRate(before.rate)
    if (before?.isPaused === true) running.pause()
    ctx.pipeToSelf(running.result, (result, error) => ({ type: 'result', result, error }))
    return receive<Message>((message) => {
      switch (message.type) {
        case 'progress':
          record.take(message.snapshot)
          executor.tell({ type: 'task-progress', id })
          return
        case 'control':
          running.setRate(message.rate)
          if (message.isPaused) running.pause()
          else running.resume()
          return
        case 'stop':
          running.stop()
          return
        case 'result': {
          const { result, error } = message
          if (result !== undefined) {
            record.take(result.snapshot)
            record.close()
          }
          if (result === undefined || result.end === 'failed')
            throw failed(id, ctx.restarts + 1, result, error)
          executor.tell({ type: 'task-over', id, end: result.end })
        }
      }
    })
  })
  return behavior
}

function failed(
  id: string,
  attempt: number,
  result: TaskResult | undefined,
  error: unknown,
): ThrottlerError {
  const cause =
    result?.error === undefined
      ? error instanceof Error
        ? error.message
        : String(error)
      : `${result.error.code}: ${result.error.message}`
  return new ThrottlerError(
    'TROUPE_THROTTLER_QUERY_FAILED',
    `A query of ${id} has failed: ${cause}`,
    {
      cause: error,
      data: { task: id, attempt, code: result?.error?.code ?? 'unknown' },
    },
  )
}

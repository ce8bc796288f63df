import { nodeAsyncLocal, type AsyncLocal } from '../../platform/index.ts'
import type { TaskContext as Context } from './task-context.ts'

/** Where tasks of one thread may take turns. */
let local: AsyncLocal<Context> | undefined
/** The one task of a task thread. */
let only: Context | undefined
let isOneAtATime = false

/** Called by the main module of task threads: here a task begins when the one before has ended. */
export function oneTaskAtATime(): void {
  isOneAtATime = true
}

/** Calls `run` as part of a task: all that it starts finds its context. */
export async function inTask<R>(context: Context, run: () => Promise<R>): Promise<R> {
  if (!isOneAtATime) return (local ??= nodeAsyncLocal()).run(context, run)
  only = context
  try {
    return await run()
  } finally {
    only = undefined
  }
}

/** The task that the caller is part of; undefined on the driver. */
export function currentTask(): Context | undefined {
  return only ?? local?.get()
}

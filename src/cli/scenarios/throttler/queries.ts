import type { Environment } from '../../../platform/index.ts'
import { runThrottleExecutor } from '../../../throttler/executor/index.ts'
import {
  union,
  type OperationRange,
  type StartTask,
  type TaskSnapshot,
} from '../../../throttler/run/index.ts'

const QUERY_MS = 20
/** One query in so many fails, on average. */
const FAILS_ONE_IN = 150

/** The program of an executor, whose queries take a while and fail now and then. */
export function runQueries(environment: Environment): Promise<void> {
  return runThrottleExecutor(environment, startQueries)
}

/** Runs queries one after another. */
export const startQueries: StartTask = ({ clock, random }, spec, { onProgress }) => {
  let isStopped = false
  const run = async (): ReturnType<StartTask>['result'] => {
    const numbers = spec.operations.flatMap(({ first, count }) =>
      Array.from({ length: count }, (_, i) => first + i),
    )
    let done: readonly OperationRange[] = []
    let sequence = 0
    const snapshot = (): TaskSnapshot => {
      sequence += 1
      const interval = { fromMs: 0, toMs: 0, wallMs: 0, figures: {} }
      return { sequence, done, figures: {}, interval, inFlight: 0 }
    }
    let reportedMs = clock.now()
    for (const first of numbers) {
      if (isStopped) return { end: 'stopped', snapshot: snapshot() }
      await new Promise<void>((resolve) => clock.setTimer(QUERY_MS, resolve))
      if (random.int(FAILS_ONE_IN) === 0) {
        const error = { code: 'SCENARIO_QUERY', message: `query ${first} fails` }
        return { end: 'failed', snapshot: snapshot(), error }
      }
      done = union(done, [{ first, count: 1 }])
      if (clock.now() - reportedMs < spec.intervalMs) continue
      reportedMs = clock.now()
      onProgress(snapshot())
    }
    return { end: 'finished', snapshot: snapshot() }
  }
  return {
    result: run(),
    setRate: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    stop: () => {
      isStopped = true
    },
  }
}

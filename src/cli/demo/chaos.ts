import type { Environment } from '../../platform/index.ts'
import type { SparkEvent } from '../../spark/index.ts'

/** What was killed, and when. */
export interface Killing {
  readonly executorId: string
  readonly pid: number
  readonly afterMs: number
  readonly mapOutputs: number
}

/**
 * Kills one executor with SIGKILL as soon as it holds map output and a task of a stage that reads such output
 * runs. Once, and only once.
 */
export class Chaos {
  readonly #environment: Environment
  readonly #startedMs: number
  /** Executor → its process. */
  readonly #pids: Map<string, number> = new Map()
  /** Executor → tasks of the first stage that ended well there. */
  readonly #outputs: Map<string, number> = new Map()
  #mapStage: number | undefined
  killing: Killing | undefined

  constructor(environment: Environment) {
    this.#environment = environment
    this.#startedMs = environment.clock.now()
  }

  readonly listener = (event: SparkEvent): void => {
    if (this.killing !== undefined) return
    if (event.type === 'executor-added') {
      this.#pids.set(event.executorId, event.pid)
    } else if (event.type === 'stage-submitted' && event.kind === 'shuffle-map') {
      this.#mapStage ??= event.stageId
    } else if (event.type === 'task-end' && event.stageId === this.#mapStage) {
      this.#outputs.set(event.executorId, (this.#outputs.get(event.executorId) ?? 0) + 1)
    } else if (event.type === 'task-start' && event.stageId !== this.#mapStage) {
      // One that others need the output of, rather than the reader itself.
      const holders = [...this.#outputs]
      const victim = holders.find(([id]) => id !== event.executorId) ?? holders[0]
      if (victim !== undefined) this.#kill(...victim)
    }
  }

  #kill(executorId: string, mapOutputs: number): void {
    const { clock, processes } = this.#environment
    const pid = this.#pids.get(executorId)
    if (pid === undefined || !processes.kill(pid, 'SIGKILL')) return
    this.killing = { executorId, pid, mapOutputs, afterMs: clock.now() - this.#startedMs }
  }
}

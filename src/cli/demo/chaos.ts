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
  readonly #pidOf: (executorId: string) => Promise<number | undefined>
  readonly #startedMs: number
  readonly #outputs: Map<string, number> = new Map()
  readonly #mapStages: Set<number> = new Set()
  #isDone = false
  killing: Killing | undefined

  constructor(
    environment: Environment,
    pidOf: (executorId: string) => Promise<number | undefined>,
  ) {
    this.#environment = environment
    this.#pidOf = pidOf
    this.#startedMs = environment.clock.now()
  }

  readonly listener = (event: SparkEvent): void => {
    if (this.#isDone) return
    if (event.type === 'stage-submitted' && this.#mapStages.size === 0) {
      this.#mapStages.add(event.stageId)
    } else if (event.type === 'task-end' && this.#mapStages.has(event.stageId)) {
      this.#outputs.set(event.executorId, (this.#outputs.get(event.executorId) ?? 0) + 1)
    } else if (event.type === 'task-start' && !this.#mapStages.has(event.stageId)) {
      const victim = [...this.#outputs].find(([id]) => id !== event.executorId)
      const [executorId, mapOutputs] = victim ?? [...this.#outputs][0] ?? []
      if (executorId === undefined || mapOutputs === undefined) return
      this.#isDone = true
      void this.#kill(executorId, mapOutputs)
    }
  }

  async #kill(executorId: string, mapOutputs: number): Promise<void> {
    const { clock, log, processes } = this.#environment
    const pid = await this.#pidOf(executorId)
    if (pid === undefined || !processes.kill(pid, 'SIGKILL')) {
      log.write('warn', `no process of executor ${executorId} to kill`)
      return
    }
    this.killing = { executorId, pid, mapOutputs, afterMs: clock.now() - this.#startedMs }
  }
}

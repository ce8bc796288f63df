import type { ActorRef } from '../../actors/index.ts'
import type { ExecutorDriverMessage, TaskInfo, TaskStatus } from '../../mesos/index.ts'
import { isTroupeError, type Environment } from '../../platform/index.ts'
import type { ExecutorCommand, ExecutorSettings } from '../executor/index.ts'
import { asError } from '../errors.ts'
import { unpackTask } from './launched-order.ts'

/** Between an agent, which launches and kills tasks, and the executor, which runs them; the agent is told what becomes of each. */
export class MesosTasks {
  readonly #environment: Environment
  readonly #token: Uint8Array
  readonly #agent: ActorRef<ExecutorDriverMessage>
  #executor: ActorRef<ExecutorCommand> | undefined
  /** What came before the executor had started. */
  readonly #early: ExecutorCommand[] = []

  constructor(
    environment: Environment,
    settings: ExecutorSettings,
    agent: ActorRef<ExecutorDriverMessage>,
  ) {
    this.#environment = environment
    this.#token = Buffer.from(settings.token, 'hex')
    this.#agent = agent
  }

  /** The executor has started. */
  serve(executor: ActorRef<ExecutorCommand>): void {
    this.#executor = executor
    for (const command of this.#early.splice(0)) executor.tell(command)
  }

  launch({ task_id, data }: TaskInfo): void {
    const { crypto } = this.#environment
    const task = data === undefined ? undefined : unpackTask(crypto, this.#token, data)
    if (task === undefined) {
      this.#update(task_id.value, 'TASK_ERROR', "its data is no task of this application's driver")
      return
    }
    this.#update(task_id.value, 'TASK_RUNNING', 'it has reached its executor')
    this.#tell({ type: 'run-launched', task })
  }

  kill(taskId: string): void {
    this.#tell({ type: 'cancel-task', taskAttemptId: Number(taskId) })
  }

  ended(taskAttemptId: number, error: unknown): void {
    const taskId = String(taskAttemptId)
    if (error === undefined) this.#update(taskId, 'TASK_FINISHED', 'it is done')
    else if (isTroupeError(error, 'TROUPE_SPARK_TASK_CANCELLED'))
      this.#update(taskId, 'TASK_KILLED', 'it was told to end')
    else this.#update(taskId, 'TASK_FAILED', asError(error).message)
  }

  #tell(command: ExecutorCommand): void {
    if (this.#executor === undefined) this.#early.push(command)
    else this.#executor.tell(command)
  }

  #update(taskId: string, state: TaskStatus['state'], message: string): void {
    const status = { task_id: { value: taskId }, state, message }
    this.#agent.tell({ type: 'UPDATE', update: { status } })
  }
}

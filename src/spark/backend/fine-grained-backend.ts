import type { ActorRef } from '../../actors/index.ts'
import {
  fromWire,
  isTerminal,
  scalarOf,
  take,
  toWire,
  type Offer,
  type Resources,
  type SchedulerDriverEvent,
  type TaskInfo,
  type TaskStatus,
} from '../../mesos/index.ts'
import { points } from '../decision-points.ts'
import type { ExecutorTemplate } from '../executor/index.ts'
import type { LenderMessage, LendingMessage } from '../scheduler/index.ts'
import type { TaskDescription } from '../task/index.ts'
import { openDriverNode } from './driver-node.ts'
import { taskOfferNote } from './explain.ts'
import { HeldOffers, type HeldOffer } from './held-offers.ts'
import { packTask } from './launched-order.ts'
import {
  FailedStarts,
  executorInfo,
  labelsOf,
  memoryOfExecutor,
  type MesosBackendOptions,
} from './mesos-executors.ts'
import { MesosFramework } from './mesos-framework.ts'
import type { BackendContext, SchedulerBackend } from './scheduler-backend.ts'
import { answerTaskOffer, type TaskLimits, type TaskOfferAnswer } from './task-offers.ts'

/** What is left of an offer that was used is offered again so soon, as in Spark. */
const REST_REFUSE_SECONDS = 1

type ExecutorInfo = NonNullable<TaskInfo['executor']>

interface TaskExecutor {
  readonly agentId: string
  readonly info: ExecutorInfo
  hasRun: boolean
}

/**
 * Tasks on the agents of a Mesos master, fine-grained: each is a task of the master, with its own cores out of an offer, and
 * runs in the one executor of its agent, which its first task starts and which stays as long as the application. Executors
 * have the code of stages, and report results, by their own line to the driver.
 *
 * @see MesosFineGrainedSchedulerBackend in Spark, deprecated there since 2.0
 */
export class FineGrainedBackend implements SchedulerBackend {
  /** As Spark's, where `spark.default.parallelism` is not set. */
  readonly defaultParallelism: number = 8
  readonly startsWithTasks: boolean = true
  readonly #options: MesosBackendOptions
  readonly #limits: TaskLimits
  /** executor → where it runs, of all that were launched */
  readonly #executors = new Map<string, TaskExecutor>()
  /** agent → its executor, also before its first task */
  readonly #onAgent = new Map<string, string>()
  /** Mesos task → its executor, until it has ended */
  readonly #tasks = new Map<string, string>()
  readonly #failedStarts = new FailedStarts()
  readonly #held = new HeldOffers()
  #context: BackendContext | undefined
  #framework: MesosFramework<LenderMessage> | undefined
  #executor: ExecutorTemplate | undefined
  #started = 0
  #isSubscribed = false
  #trouble: string | undefined

  constructor(options: MesosBackendOptions) {
    const { constraints, refuseSeconds } = options
    this.#options = options
    this.#limits = {
      executorCores: options.mesosExecutorCores,
      taskCpus: options.taskCpus ?? 1,
      memMb: memoryOfExecutor(options),
      constraints,
      unmetRefuseSeconds: refuseSeconds.unmetConstraints,
    }
  }

  /** @throws TROUPE_NODE_WRONG_SECRET, TROUPE_NODE_PROTOCOL_VERSION; a master that is not there yet is waited for */
  async start(context: BackendContext): Promise<void> {
    this.#context = context
    const opened = await openDriverNode(context, this.#options, this.#options.executorMemoryMb)
    this.#executor = opened.executor
    const framework = new MesosFramework<LenderMessage>(this.#options, context, (event) => {
      this.#handle(event)
    })
    this.#framework = framework
    framework.log('warn', 'spark.mesos.coarse=false: fine-grained mode is deprecated since Spark 2')
    const lender: ActorRef<LenderMessage> = await framework.start(opened.node)
    context.registry.tell({ type: 'serve-lender', lender })
  }

  killExecutor(executorId: string): void {
    this.#context?.executorGone(executorId, 'the driver asked for its end')
  }

  executorAdded(executorId: string): void {
    const executor = this.#executors.get(executorId)
    if (executor === undefined) return
    executor.hasRun = true
    this.#failedStarts.hasRun(executor.agentId)
  }

  trouble(): string | undefined {
    return this.#framework?.trouble ?? this.#trouble
  }

  async stop(): Promise<void> {
    await this.#framework?.stop()
  }

  #handle(event: SchedulerDriverEvent | LenderMessage): void {
    switch (event.type) {
      case 'OFFERS':
        this.#lend(event.offers.offers)
        return
      case 'UPDATE':
        this.#update(event.update.status)
        return
      case 'FAILURE':
        this.#failed(event.failure)
        return
      case 'SUBSCRIBED':
      case 'DISCONNECTED':
        // Whoever subscribes is offered all that there is.
        this.#isSubscribed = event.type === 'SUBSCRIBED'
        return
      case 'slots-wanted':
        if (this.#isSubscribed) this.#framework?.tell({ type: 'REVIVE' })
        return
      case 'slots-settled':
        for (const [executorId, tasks] of event.used) {
          this.#use(executorId, this.#held.expect(executorId, tasks))
        }
        return
      case 'launch-task':
        this.#use(event.executorId, this.#held.add(event.executorId, event.task))
        return
      case 'kill-task':
        this.#kill(event.executorId, event.taskAttemptId)
        return
      case 'executor-over':
        this.#over(event.executorId)
        return
      default:
        this.#framework?.log('debug', `from the master: ${event.type}`)
    }
  }

  #lend(offers: readonly Offer[]): void {
    const executors: { executorId: string; host: string; slots: number }[] = []
    for (const offer of offers) {
      const agentId = offer.agent_id.value
      const answer = this.#answer(offer)
      if (answer.type === 'decline') {
        this.#decline(offer, answer.refuseSeconds)
        continue
      }
      const executorId = this.#onAgent.get(agentId) ?? String(this.#started++)
      this.#onAgent.set(agentId, executorId)
      this.#held.hold(executorId, offer)
      executors.push({ executorId, host: offer.hostname, slots: answer.slots })
    }
    if (executors.length > 0) this.#tell({ type: 'lend-slots', executors })
  }

  #answer(offer: Offer): TaskOfferAnswer {
    const agentId = offer.agent_id.value
    const resources = fromWire(offer.resources)
    const executorId = this.#onAgent.get(agentId)
    // An offer of the agent is being used already: what is left then is offered again.
    if (executorId !== undefined && this.#held.has(executorId)) {
      return { type: 'decline', reason: `another offer of agent ${agentId} is being used` }
    }
    const asked = {
      agentId,
      cpus: scalarOf(resources, 'cpus'),
      memMb: scalarOf(resources, 'mem'),
      attributes: offer.attributes ?? [],
      hasExecutor: executorId !== undefined && this.#executors.has(executorId),
      failedStarts: this.#failedStarts.on(agentId),
    }
    const answer = answerTaskOffer(this.#limits, asked)
    const { system, applicationId } = this.#context as BackendContext
    const note = taskOfferNote(applicationId, offer.id.value, this.#limits, asked, answer)
    const see = [{ subject: `offer ${offer.id.value}`, at: this.#options.master }]
    system.decisions.note(points.offer, { ...note, see })
    return answer
  }

  #decline(offer: Offer, refuseSeconds?: number): void {
    const filters =
      refuseSeconds === undefined ? {} : { filters: { refuse_seconds: refuseSeconds } }
    this.#framework?.tell({ type: 'DECLINE', decline: { offer_ids: [offer.id], ...filters } })
  }

  /** Answers an offer once all tasks for it are there. */
  #use(executorId: string, held: HeldOffer | 'waits' | 'unknown'): void {
    // Of one that is unknown the executor was lost meanwhile, which its tasks have heard.
    if (held === 'waits' || held === 'unknown') return
    const { offer, tasks } = held
    if (tasks.length === 0) {
      this.#decline(offer)
      if (this.#executors.has(executorId)) return
      this.#onAgent.delete(offer.agent_id.value)
      this.#context?.executorGone(executorId, 'none of its tasks is wanted any more')
      return
    }
    let rest: Resources = fromWire(offer.resources)
    const known = this.#executors.get(executorId)
    let info = known?.info
    if (info === undefined) {
      const taken = take(rest, { cpus: this.#limits.executorCores, mem: this.#limits.memMb })
      if (taken !== undefined) rest = taken.rest
      info = this.#executorInfo(executorId, taken?.taken, tasks.length)
      this.#executors.set(executorId, { agentId: offer.agent_id.value, info, hasRun: false })
    }
    const task_infos: TaskInfo[] = []
    for (const task of tasks) {
      const taken = take(rest, { cpus: this.#limits.taskCpus })
      if (taken !== undefined) rest = taken.rest
      task_infos.push(this.#taskInfo(offer, info, task, taken?.taken))
      this.#tasks.set(String(task.taskAttemptId), executorId)
    }
    this.#framework?.tell({
      type: 'ACCEPT',
      accept: {
        offer_ids: [offer.id],
        operations: [{ type: 'LAUNCH', launch: { task_infos } }],
        filters: { refuse_seconds: REST_REFUSE_SECONDS },
      },
    })
  }

  #executorInfo(executorId: string, taken: Resources | undefined, cores: number): ExecutorInfo {
    const settings = {
      ...(this.#executor as ExecutorTemplate),
      executorId,
      cores,
      isFineGrained: true,
    }
    return {
      ...executorInfo(this.#options, this.#context as BackendContext, settings),
      resources: taken === undefined ? [] : toWire(taken, 'old'),
    }
  }

  #taskInfo(
    offer: Offer,
    executor: ExecutorInfo,
    task: TaskDescription,
    taken: Resources | undefined,
  ): TaskInfo {
    const { system, token } = this.#context as BackendContext
    const { stageId, stageAttempt, partitionId, attemptNumber, taskAttemptId } = task
    return {
      name: `task ${partitionId}.${attemptNumber} in stage ${stageId}.${stageAttempt}`,
      task_id: { value: String(taskAttemptId) },
      agent_id: offer.agent_id,
      resources: taken === undefined ? [] : toWire(taken, 'old'),
      executor,
      ...labelsOf(this.#options),
      data: packTask(system.environment.crypto, token, task),
    }
  }

  #update({ task_id, state, message, reason, source }: TaskStatus): void {
    const executorId = this.#tasks.get(task_id.value)
    const executor = executorId === undefined ? undefined : this.#executors.get(executorId)
    if (executorId === undefined || executor === undefined) return
    const taskAttemptId = Number(task_id.value)
    if (state === 'TASK_RUNNING') {
      this.executorAdded(executorId)
      this.#tell({ type: 'task-arrived', executorId, taskAttemptId })
    }
    if (!isTerminal(state)) return
    this.#tasks.delete(task_id.value)
    // What the executor says itself it has told the driver, too, with the result or the error.
    if (source === 'SOURCE_EXECUTOR' && state !== 'TASK_ERROR') return
    if (state === 'TASK_KILLED') {
      this.#tell({ type: 'task-gone', executorId, taskAttemptId })
      return
    }
    // As Spark does: whoever loses a task has lost its executor.
    const why = [state, reason, message].filter((word) => word !== undefined).join(', ')
    if (!executor.hasRun && (state === 'TASK_FAILED' || state === 'TASK_ERROR')) {
      this.#trouble = this.#failedStarts.add(executor.agentId, executorId, why).trouble
      this.#framework?.log('error', this.#trouble)
    }
    this.#context?.executorGone(executorId, `the cluster manager says ${why}`)
  }

  #failed(failure: Extract<SchedulerDriverEvent, { readonly type: 'FAILURE' }>['failure']): void {
    const agentId = failure.agent_id?.value
    for (const [executorId, executor] of this.#executors) {
      if (executor.agentId !== agentId) continue
      const name = failure.executor_id?.value
      if (name !== undefined && name !== executor.info.executor_id.value) continue
      const what = name === undefined ? 'its agent is gone' : 'it has ended'
      this.#context?.executorGone(executorId, `the cluster manager says ${what}`)
    }
  }

  #kill(executorId: string, taskAttemptId: number): void {
    const held = this.#held.drop(executorId, taskAttemptId)
    if (held !== 'unknown') {
      this.#tell({ type: 'task-gone', executorId, taskAttemptId })
      this.#use(executorId, held)
      return
    }
    const executor = this.#executors.get(executorId)
    if (executor === undefined) return
    const kill = {
      task_id: { value: String(taskAttemptId) },
      agent_id: { value: executor.agentId },
    }
    this.#framework?.tell({ type: 'KILL', kill })
  }

  /** The registry has given an executor up: it ends, if it still runs, and its agent may have another. */
  #over(executorId: string): void {
    const held = this.#held.release(executorId)
    if (held !== undefined) {
      this.#onAgent.delete(held.agent_id.value)
      this.#decline(held)
    }
    const executor = this.#executors.get(executorId)
    if (executor === undefined) return
    this.#executors.delete(executorId)
    this.#onAgent.delete(executor.agentId)
    for (const [task, of] of this.#tasks) if (of === executorId) this.#tasks.delete(task)
    const { executor_id } = executor.info
    const shutdown = { executor_id, agent_id: { value: executor.agentId } }
    this.#framework?.tell({ type: 'SHUTDOWN', shutdown })
  }

  #tell(message: LendingMessage): void {
    this.#context?.registry.tell(message)
  }
}

import type { ExecutorTemplate } from '../executor/index.ts'
import {
  fromWire,
  isTerminal,
  scalarOf,
  take,
  toWire,
  type Offer,
  type SchedulerDriverEvent,
  type TaskInfo,
  type TaskStatus,
} from '../../mesos/index.ts'
import { executorSubject, points } from '../decision-points.ts'
import {
  MAX_FAILED_STARTS,
  answerOffer,
  type CoarseLimits,
  type OfferAnswer,
} from './coarse-offers.ts'
import { openDriverNode } from './driver-node.ts'
import { offerAnswerNote, type OfferCase } from './explain.ts'
import {
  FailedStarts,
  executorInfo,
  labelsOf,
  memoryOfExecutor,
  type MesosBackendOptions,
} from './mesos-executors.ts'
import { MesosFramework } from './mesos-framework.ts'
import type { BackendContext, SchedulerBackend } from './scheduler-backend.ts'

interface Launched {
  readonly agentId: string
  readonly cores: number
  hasRun: boolean
}

/**
 * Executors on the agents of a Mesos master, coarse-grained: takes offers, starts one executor process on each agent by
 * a command line and an environment, and keeps it for the life of the application. A task of the master stands
 * for the executor; its end is the executor's.
 */
export class MesosBackend implements SchedulerBackend {
  readonly defaultParallelism: number
  /** An agent has one executor of an application, which is as all others. */
  readonly profileSupport = 'tasks'
  readonly #options: MesosBackendOptions
  #limits: CoarseLimits
  /** executor → where it runs */
  readonly #launched = new Map<string, Launched>()
  readonly #failedStarts = new FailedStarts()
  #context: BackendContext | undefined
  #framework: MesosFramework | undefined
  #executor: ExecutorTemplate | undefined
  /** As the last offer names it. */
  #frameworkId = ''
  #started = 0
  /** Why executors do not start, if so. */
  #trouble: string | undefined

  constructor(options: MesosBackendOptions) {
    const { maxCores, executorCores, constraints, refuseSeconds } = options
    this.#options = options
    this.defaultParallelism = Number.isFinite(maxCores) ? (maxCores ?? 2) : 2
    this.#limits = {
      maxCores: maxCores ?? Number.POSITIVE_INFINITY,
      executorCores: executorCores ?? Number.POSITIVE_INFINITY,
      memMb: memoryOfExecutor(options),
      constraints,
      refuseSeconds,
    }
  }

  get executorSlots(): number | undefined {
    return this.#options.executorCores
  }

  requestTotalExecutors(total: number): void {
    const isMore = total > (this.#limits.maxExecutors ?? Number.POSITIVE_INFINITY)
    this.#limits = { ...this.#limits, maxExecutors: total }
    // What was declined because no more were wanted is offered again.
    if (isMore) this.#framework?.tell({ type: 'REVIVE' })
  }

  /** @throws TROUPE_NODE_WRONG_SECRET, TROUPE_NODE_PROTOCOL_VERSION; a master that is not there yet is waited for */
  async start(context: BackendContext): Promise<void> {
    this.#context = context
    const opened = await openDriverNode(context, this.#options, this.#options.executorMemoryMb)
    this.#executor = opened.executor
    const framework = new MesosFramework(this.#options, context, (event) => {
      this.#handle(event)
    })
    this.#framework = framework
    await framework.start(opened.node)
  }

  killExecutor(executorId: string): void {
    const launched = this.#launched.get(executorId)
    if (launched === undefined) return
    const kill = { task_id: { value: executorId }, agent_id: { value: launched.agentId } }
    this.#framework?.tell({ type: 'KILL', kill })
  }

  executorAdded(executorId: string): void {
    const launched = this.#launched.get(executorId)
    if (launched === undefined) return
    launched.hasRun = true
    this.#failedStarts.hasRun(launched.agentId)
  }

  trouble(): string | undefined {
    return this.#framework?.trouble ?? this.#trouble
  }

  async stop(): Promise<void> {
    await this.#framework?.stop()
  }

  #handle(event: SchedulerDriverEvent): void {
    switch (event.type) {
      case 'OFFERS':
        for (const offer of event.offers.offers) this.#answer(offer)
        return
      case 'UPDATE':
        this.#update(event.update.status)
        return
      default:
        this.#framework?.log('debug', `from the master: ${event.type}`)
    }
  }

  #answer(offer: Offer): void {
    const resources = fromWire(offer.resources)
    const cpus = scalarOf(resources, 'cpus')
    const memMb = scalarOf(resources, 'mem')
    const running = new Map(
      [...this.#launched.values()].map(({ agentId, cores }) => [agentId, cores]),
    )
    const agentId = offer.agent_id.value
    const failedStarts = this.#failedStarts.on(agentId)
    const asked = {
      limits: this.#limits,
      running,
      offer: { agentId, cpus, memMb, failedStarts, attributes: offer.attributes ?? [] },
    }
    const answer = answerOffer(asked.limits, asked.running, asked.offer)
    this.#framework?.log('debug', `offer ${offer.id.value}: ${answer.type}, ${answer.reason}`)
    if (answer.type === 'decline') {
      this.#explain(offer, asked, answer, undefined)
      const filters = { refuse_seconds: answer.refuseSeconds }
      this.#framework?.tell({ type: 'DECLINE', decline: { offer_ids: [offer.id], filters } })
      return
    }
    const task = this.#taskFor(offer, answer.cores)
    this.#explain(offer, asked, answer, task.task_id.value)
    this.#framework?.tell({
      type: 'ACCEPT',
      accept: {
        offer_ids: [offer.id],
        operations: [{ type: 'LAUNCH', launch: { task_infos: [task] } }],
      },
    })
  }

  /** Notes the answer; the offer, and the task that stands for the executor, are the master's to explain. */
  #explain(
    offer: Offer,
    asked: OfferCase,
    answer: OfferAnswer,
    executorId: string | undefined,
  ): void {
    if (this.#context === undefined) return
    const { system, applicationId } = this.#context
    const at = this.#options.master
    const frameworkId = offer.framework_id.value
    this.#frameworkId = frameworkId
    const see = [
      { subject: `offer ${offer.id.value}`, at },
      ...(executorId === undefined ? [] : [{ subject: `task ${executorId} ${frameworkId}`, at }]),
    ]
    const id = offer.id.value
    const note = offerAnswerNote(applicationId, id, asked, answer, executorId, see)
    system.decisions.note(points.offer, note)
  }

  /** The task that stands for an executor: all its cores and memory, and the executor's command line. */
  #taskFor(offer: Offer, cores: number): TaskInfo {
    const context = this.#context as BackendContext
    const executorId = String(this.#started++)
    this.#launched.set(executorId, { agentId: offer.agent_id.value, cores, hasRun: false })
    const taken = take(fromWire(offer.resources), { cpus: cores, mem: this.#limits.memMb })
    return {
      name: `${context.appName} ${executorId}`,
      task_id: { value: executorId },
      agent_id: offer.agent_id,
      resources: taken === undefined ? [] : toWire(taken.taken, 'old'),
      ...labelsOf(this.#options),
      executor: executorInfo(this.#options, context, {
        ...(this.#executor as ExecutorTemplate),
        executorId,
        cores,
      }),
    }
  }

  #update({ task_id, state, message, reason }: TaskStatus): void {
    const executorId = task_id.value
    const launched = this.#launched.get(executorId)
    if (launched === undefined) return
    if (state === 'TASK_RUNNING') this.executorAdded(executorId)
    if (!isTerminal(state)) return
    this.#launched.delete(executorId)
    const why = [state, reason, message].filter((word) => word !== undefined).join(', ')
    if (!launched.hasRun && (state === 'TASK_FAILED' || state === 'TASK_ERROR')) {
      const { inARow, trouble } = this.#failedStarts.add(launched.agentId, executorId, why)
      this.#trouble = trouble
      if (inARow >= MAX_FAILED_STARTS)
        this.#framework?.log('error', `${trouble}. After ${inARow} in a row the agent gets no more`)
    }
    this.#explainEnd(executorId, why)
    this.#context?.executorGone(executorId, `the cluster manager says ${why}`)
    // Its agent was refused for a while; now it may have another executor.
    this.#framework?.tell({ type: 'REVIVE' })
  }

  #explainEnd(executorId: string, why: string): void {
    if (this.#context === undefined) return
    const { system, applicationId } = this.#context
    system.decisions.note(points.offer, {
      asked: `Is another executor wanted in place of executor ${executorId}, which has ended?`,
      chosen: 'yes: offers are revived',
      because: `the cluster manager says ${why}`,
      about: [executorSubject(applicationId, executorId)],
      see: [{ subject: `task ${executorId} ${this.#frameworkId}`, at: this.#options.master }],
    })
  }
}

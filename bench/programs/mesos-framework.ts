import { receive, type ActorRef, type ActorSystem } from '../../src/actors/index.ts'
import {
  schedulerDriver,
  type ExecutorInfo,
  type FrameworkInfo,
  type Offer,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
  type SchedulerDriverSettings,
  type TaskInfo,
  type TaskStatus,
} from '../../src/mesos/index.ts'
import { gate } from './harness.ts'
import { TASK_RESOURCES } from './mesos-cluster.ts'

const executor: ExecutorInfo = {
  executor_id: { value: 'no-op' },
  command: { shell: false, value: 'no-op' },
}

/** Tasks that are launched and have not ended. */
const MOST_UNDER_WAY = 250
/** So that all agents take part. */
const MOST_OF_ONE_OFFER = 50

/** A framework that launches tasks as long as there are offers and tasks are wanted, and counts how they end. */
export class NoOpFramework {
  readonly #driver: ActorRef<SchedulerDriverMessage>
  readonly #subscribed = gate()
  #prefix = ''
  #wanted = 0
  #launched = 0
  #running = 0
  #ended = 0
  #idle: Offer[] = []
  /** It has been disconnected since offers are counted. */
  #isAnew = false
  #offered:
    { readonly wanted: number; readonly agents: Set<string>; readonly open: () => void } | undefined
  #reached: { readonly isDone: () => boolean; readonly open: () => void } | undefined

  constructor(
    system: ActorSystem,
    openMaster: SchedulerDriverSettings['openMaster'],
    info: Partial<FrameworkInfo> = {},
  ) {
    const handler = system.spawn<SchedulerDriverEvent>(
      receive((event) => {
        this.#event(event)
      }),
      'framework',
    )
    this.#driver = system.spawn(
      schedulerDriver({
        framework_info: { user: 'bench', name: 'no-op', ...info },
        openMaster,
        handler,
      }),
      'driver',
    )
  }

  get subscribed(): Promise<void> {
    return this.#subscribed.opened
  }

  /** Launches so many tasks; resolves when all of them have ended, and the master has been told that it is known. */
  run(prefix: string, count: number): Promise<void> {
    const { opened, open } = this.#begin(prefix, count)
    this.#reached = { isDone: () => this.#ended >= count, open }
    this.#use(this.#idle.splice(0))
    return opened
  }

  /** Launches so many tasks that go on; resolves when all of them run. */
  start(count: number): Promise<void> {
    const { opened, open } = this.#begin('live', count)
    this.#reached = { isDone: () => this.#running >= count, open }
    this.#use(this.#idle.splice(0))
    return opened
  }

  /** Resolves when, after its next disconnection, so many agents have been offered. */
  offered(agents: number): Promise<void> {
    const { opened, open } = gate()
    this.#isAnew = false
    this.#offered = { wanted: agents, agents: new Set(), open }
    return opened
  }

  #note(offers: readonly Offer[]): void {
    const offered = this.#offered
    if (offered === undefined || !this.#isAnew) return
    for (const { agent_id } of offers) offered.agents.add(agent_id.value)
    if (offered.agents.size < offered.wanted) return
    this.#offered = undefined
    offered.open()
  }

  #begin(prefix: string, count: number): ReturnType<typeof gate> {
    this.#prefix = prefix
    this.#wanted = count
    this.#launched = 0
    this.#running = 0
    this.#ended = 0
    return gate()
  }

  #event(event: SchedulerDriverEvent): void {
    switch (event.type) {
      case 'SUBSCRIBED':
        this.#subscribed.open()
        return
      case 'OFFERS':
        this.#note(event.offers.offers)
        this.#use(event.offers.offers)
        return
      case 'RESCIND': {
        const gone = event.rescind.offer_id.value
        this.#idle = this.#idle.filter(({ id }) => id.value !== gone)
        return
      }
      case 'DISCONNECTED':
        this.#idle = []
        this.#isAnew = true
        return
      case 'UPDATE':
        this.#update(event.update.status)
        return
      default:
    }
  }

  #update({ state, reason, message = '' }: TaskStatus): void {
    if (state === 'TASK_RUNNING') this.#running++
    else {
      this.#ended++
      if (state !== 'TASK_FINISHED') {
        process.stderr.write(`a task is ${state}: ${reason ?? ''} ${message}\n`)
        process.exit(1)
      }
    }
    if (this.#reached?.isDone() === true) {
      this.#reached.open()
      this.#reached = undefined
    }
    if (this.#idle.length > 0 && this.#room >= MOST_OF_ONE_OFFER) this.#use(this.#idle.splice(0, 1))
  }

  get #room(): number {
    return Math.min(this.#wanted - this.#launched, MOST_UNDER_WAY - this.#launched + this.#done)
  }

  get #done(): number {
    return this.#prefix === 'live' ? this.#running : this.#ended
  }

  #use(offers: readonly Offer[]): void {
    for (const offer of offers) {
      const count = Math.min(this.#room, MOST_OF_ONE_OFFER, fitting(offer))
      if (count <= 0) this.#idle.push(offer)
      else this.#accept(offer, count)
    }
  }

  #accept({ id, agent_id }: Offer, count: number): void {
    const task_infos = Array.from({ length: count }, (): TaskInfo => {
      const value = `${this.#prefix}-${String(this.#launched++)}`
      return { name: 'no-op', task_id: { value }, agent_id, resources: TASK_RESOURCES, executor }
    })
    this.#driver.tell({
      type: 'ACCEPT',
      accept: {
        offer_ids: [id],
        operations: [{ type: 'LAUNCH', launch: { task_infos } }],
        filters: { refuse_seconds: 0 },
      },
    })
  }
}

function fitting({ resources }: Offer): number {
  const cpus = resources.reduce(
    (sum, one) => sum + (one.type === 'SCALAR' && one.name === 'cpus' ? one.scalar.value : 0),
    0,
  )
  return Math.floor(cpus * 10 + 1e-6)
}

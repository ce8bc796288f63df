import { setup, stateful, type ActorRef, type Behavior } from '../../../actors/index.ts'
import type { Stage } from '../../../actors/testkit/index.ts'
import {
  fromWire,
  isTerminal,
  take,
  toWire,
  type ExecutorInfo,
  type Offer,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
  type TaskInfo,
  type TaskState,
} from '../../../mesos/index.ts'
import { encodeErrand, type Errand } from './errand.ts'

const CPUS = 1
const MEM_MB = 64
const REFUSE_SECONDS = 1
/** How long it sits on an offer that it has no use for. */
const LONGEST_SIT_MS = 3_000

/** What a framework has done so far; looked at from outside. */
export interface Progress {
  readonly done: Set<string>
  /** Task id → its last state. */
  readonly states: Map<string, TaskState>
}

type Message =
  | SchedulerDriverEvent
  | { readonly type: 'driver'; readonly driver: ActorRef<SchedulerDriverMessage> }
  /** Declines an offer that it has sat on. */
  | { readonly type: 'let-go'; readonly offer: Offer }
  /** Kills a task that is under way, as a user may. */
  | { readonly type: 'kill-one' }

interface State {
  readonly driver: ActorRef<SchedulerDriverMessage> | undefined
  readonly waiting: readonly Errand[]
  /** Task id → what it is for. */
  readonly running: ReadonlyMap<string, Errand>
  readonly launched: number
}

/** A framework with a list of errands: each is a task, and a new one until one has finished. */
export function errandFramework(
  name: string,
  errands: readonly Errand[],
  progress: Progress,
  stage: Stage,
): Behavior<Message> {
  return setup<Message>((ctx) => {
    const offered = (state: State, offers: readonly Offer[]): State => {
      let next = state
      for (const offer of offers) {
        const { tasks, waiting } = fitErrands(next, offer, name)
        if (tasks.length === 0) {
          // Frameworks take their time: what they sit on may go away meanwhile.
          const delayMs = stage.random.int(LONGEST_SIT_MS)
          ctx.timers.startSingle(offer.id.value, { type: 'let-go', offer }, delayMs)
          continue
        }
        const accept = {
          offer_ids: [offer.id],
          operations: [
            { type: 'LAUNCH' as const, launch: { task_infos: tasks.map(({ info }) => info) } },
          ],
          filters: { refuse_seconds: REFUSE_SECONDS },
        }
        next.driver?.tell({ type: 'ACCEPT', accept })
        const running = new Map(next.running)
        for (const { info, errand } of tasks) running.set(info.task_id.value, errand)
        next = { ...next, waiting, running, launched: next.launched + tasks.length }
      }
      return next
    }

    const updated = (state: State, id: string, now: TaskState): State => {
      const before = progress.states.get(id)
      if (before !== undefined && isTerminal(before)) {
        if (isTerminal(now) && now !== before) {
          stage.violated('no task reaches two terminal states', `${id}: ${before}, then ${now}`)
        }
        return state
      }
      progress.states.set(id, now)
      const errand = state.running.get(id)
      if (!isTerminal(now) || errand === undefined) return state
      const running = new Map(state.running)
      running.delete(id)
      if (now === 'TASK_FINISHED') {
        progress.done.add(errand.id)
        return { ...state, running }
      }
      state.driver?.tell({ type: 'REVIVE' })
      return { ...state, running, waiting: [...state.waiting, errand] }
    }

    const initial: State = { driver: undefined, waiting: errands, running: new Map(), launched: 0 }
    return stateful<State, Message>(initial, (state, message) => {
      switch (message.type) {
        case 'driver':
          return { ...state, driver: message.driver }
        case 'OFFERS':
          return offered(state, message.offers.offers)
        case 'UPDATE': {
          const { status } = message.update
          return updated(state, status.task_id.value, status.state)
        }
        case 'let-go': {
          const filters = { refuse_seconds: REFUSE_SECONDS }
          const decline = { offer_ids: [message.offer.id], filters }
          state.driver?.tell({ type: 'DECLINE', decline })
          return state
        }
        case 'kill-one': {
          const [id] = state.running.keys()
          if (id !== undefined) {
            state.driver?.tell({ type: 'KILL', kill: { task_id: { value: id } } })
          }
          return state
        }
        default:
          return state
      }
    })
  })
}

/** What of the errands fits, and what still waits. */
interface Fitting {
  readonly tasks: readonly { readonly info: TaskInfo; readonly errand: Errand }[]
  readonly waiting: readonly Errand[]
}

/** As many errands as the offer has room for. */
export function fitErrands(
  state: Pick<State, 'waiting' | 'launched'>,
  offer: Offer,
  name: string,
): Fitting {
  const tasks: { info: TaskInfo; errand: Errand }[] = []
  const waiting = [...state.waiting]
  const room = fromWire(offer.resources)
  const own = take(room, { cpus: 0.1, mem: 32 })
  if (own === undefined) return { tasks, waiting }
  // The same words each time, also when the executor runs already and takes nothing of this offer.
  const executor = { ...executorOf(name), resources: toWire(own.taken) }
  let left = (offer.executor_ids ?? []).length === 0 ? own.rest : room
  for (;;) {
    const [errand] = waiting
    const taken = errand === undefined ? undefined : take(left, { cpus: CPUS, mem: MEM_MB })
    if (errand === undefined || taken === undefined) return { tasks, waiting }
    waiting.shift()
    left = taken.rest
    const id = `${name}-${state.launched + tasks.length}`
    const info: TaskInfo = {
      name: errand.id,
      task_id: { value: id },
      agent_id: offer.agent_id,
      resources: toWire(taken.taken),
      executor,
      data: encodeErrand(errand),
    }
    tasks.push({ info, errand })
  }
}

function executorOf(name: string): ExecutorInfo {
  return {
    executor_id: { value: `${name}-executor` },
    command: { shell: false, value: 'node', arguments: ['node', '/opt/errands.js'] },
  }
}

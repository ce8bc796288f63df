import { setup, receive, type ActorRef, type Behavior } from '../../../actors/index.ts'
import type { Stage } from '../../../actors/testkit/index.ts'
import type { connectScheduler } from '../../../mesos/index.ts'
import {
  isTerminal,
  schedulerDriver,
  type FrameworkInfo,
  type Offer,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
  type TaskStatus,
} from '../../../mesos/index.ts'
import { fitErrands } from '../fleet/index.ts'
import type { ErrandStore } from './store.ts'

const REFUSE_SECONDS = 1
/** How often it asks after all that it has launched and not seen the end of. */
const RECONCILE_MS = 3_000
/** How often it asks after a task that is out of reach before it runs another one in its place. */
const PATIENCE = 7
/** How long it keeps an offer that it has no use for: another of the same agent may come beside it. */
const LONGEST_SIT_MS = 1_500
/** How long it goes on with an offer that was taken back, as one does that is busy. */
const LONGEST_DEAF_MS = 200
/** How long one that was replaced waits before it takes the framework over again. */
const OUT_MS = 400
const LONGEST_OUT_MS = 2_000

/** What a scenario wants to know of, to let something go wrong just then. */
export interface Moments {
  accepting?(): void
  /** Before its acknowledgement is sent. */
  updated?(status: TaskStatus): void
}

export interface SchedulerSettings {
  readonly name: string
  readonly isAware: boolean
  readonly store: ErrandStore
  readonly stage: Stage
  readonly openMaster: ReturnType<typeof connectScheduler>
  readonly moments: Moments
  /** There is another scheduler with its id: it takes over again whenever it was replaced, as long as this holds. */
  readonly isRival?: () => boolean
}

type Message =
  | SchedulerDriverEvent
  | { readonly type: 'begin' }
  | { readonly type: 'ask-after-all' }
  | { readonly type: 'let-go'; readonly offerId: string }
  | { readonly type: 'forget'; readonly offerId: string }
  /** Kills a task that is under way, as a user may. */
  | { readonly type: 'kill-one' }

/**
 * A scheduler as they should be: what it does is written down before it is said to the master, a status is written down
 * before it is acknowledged, and after each SUBSCRIBED, and now and then, it asks after all that has not ended. So it may be
 * killed, or replaced, at any moment.
 */
export function storedScheduler(settings: SchedulerSettings): Behavior<Message> {
  const { name, isAware, store, stage, openMaster, moments, isRival } = settings
  return setup<Message>((ctx) => {
    let driver: ActorRef<SchedulerDriverMessage> | undefined
    let begun = 0
    /** Task id → how often it was out of reach when it was asked after. */
    const away = new Map<string, number>()
    /** Offers that it keeps, by their ids. */
    const kept = new Map<string, Offer>()

    const framework_info: FrameworkInfo = {
      user: 'troupe',
      name,
      roles: [name],
      capabilities: [
        { type: 'MULTI_ROLE' },
        ...(isAware ? [{ type: 'PARTITION_AWARE' } as const] : []),
      ],
      checkpoint: true,
      failover_timeout: 120,
    }

    const begin = (): void => {
      const { frameworkId } = store
      const id = frameworkId === undefined ? {} : { id: { value: frameworkId } }
      const behavior = schedulerDriver({
        framework_info: { ...framework_info, ...id },
        openMaster,
        handler: ctx.self,
        acknowledgements: 'explicit',
      })
      driver = ctx.spawn(behavior, `driver-${++begun}`, { restart: 'temporary' })
    }

    const askAfterAll = (): void => {
      for (const [id, errand] of store.running) {
        const times = store.states.get(id) === 'TASK_UNREACHABLE' ? (away.get(id) ?? 0) + 1 : 0
        away.set(id, times)
        if (times < PATIENCE) continue
        store.running.delete(id)
        store.waiting = [...store.waiting, errand]
        driver?.tell({ type: 'REVIVE' })
      }
      const tasks = [...store.running.keys()].map((value) => ({ task_id: { value } }))
      if (tasks.length > 0) driver?.tell({ type: 'RECONCILE', reconcile: { tasks } })
      ctx.timers.startSingle('ask', { type: 'ask-after-all' }, RECONCILE_MS)
    }

    const use = (offer: Offer): void => {
      const { agent_id } = offer
      const beside = [...kept.values()].filter((one) => one.agent_id.value === agent_id.value)
      const offers = [...beside, offer]
      const all = { ...offer, resources: offers.flatMap(({ resources }) => resources) }
      const { tasks, waiting } = fitErrands(store, all, name)
      if (tasks.length === 0) {
        const offerId = offer.id.value
        kept.set(offerId, offer)
        const delayMs = stage.random.int(LONGEST_SIT_MS)
        ctx.timers.startSingle(`offer ${offerId}`, { type: 'let-go', offerId }, delayMs)
        return
      }
      moments.accepting?.()
      store.waiting = waiting
      store.launched += tasks.length
      for (const { info, errand } of tasks) store.running.set(info.task_id.value, errand)
      const launch = { task_infos: tasks.map(({ info }) => info) }
      driver?.tell({
        type: 'ACCEPT',
        accept: {
          offer_ids: offers.map(({ id }) => id),
          operations: [{ type: 'LAUNCH', launch }],
          filters: { refuse_seconds: REFUSE_SECONDS },
        },
      })
      for (const { id } of beside) forget(id.value)
    }

    const forget = (offerId: string): void => {
      kept.delete(offerId)
      ctx.timers.cancel(`offer ${offerId}`)
    }

    const letGo = (offerId: string): void => {
      const offer = kept.get(offerId)
      if (offer === undefined) return
      kept.delete(offerId)
      const filters = { refuse_seconds: REFUSE_SECONDS }
      driver?.tell({ type: 'DECLINE', decline: { offer_ids: [offer.id], filters } })
    }

    const write = ({ task_id, state }: TaskStatus): void => {
      const id = task_id.value
      const before = store.states.get(id)
      if (before !== undefined && isTerminal(before)) {
        // Where no task is known any more, one that was lost before is lost still.
        if (isTerminal(state) && state !== before && !isForgotten(state)) {
          stage.violated('no task reaches two terminal states', `${id}: ${before}, then ${state}`)
        }
        return
      }
      store.states.set(id, state)
      const errand = store.running.get(id)
      if (errand === undefined) {
        // Another one runs in its place, and it is back.
        if (!isTerminal(state)) driver?.tell({ type: 'KILL', kill: { task_id } })
        return
      }
      if (!isTerminal(state) && state !== 'TASK_UNKNOWN') return
      store.running.delete(id)
      if (state === 'TASK_FINISHED') {
        store.done.add(errand.id)
        return
      }
      store.waiting = [...store.waiting, errand]
      driver?.tell({ type: 'REVIVE' })
    }

    const acknowledge = ({ agent_id, task_id, uuid }: TaskStatus): void => {
      if (agent_id === undefined || uuid === undefined) return
      driver?.tell({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } })
    }

    ctx.self.tell({ type: 'begin' })
    return receive<Message>((message) => {
      switch (message.type) {
        case 'begin':
          begin()
          return
        case 'SUBSCRIBED':
          store.frameworkId = message.subscribed.framework_id.value
          for (const id of kept.keys()) forget(id)
          askAfterAll()
          return
        case 'ask-after-all':
          askAfterAll()
          return
        case 'OFFERS':
          for (const offer of message.offers.offers) use(offer)
          return
        case 'RESCIND': {
          const offerId = message.rescind.offer_id.value
          const afterMs = stage.random.int(LONGEST_DEAF_MS)
          ctx.timers.startSingle(`rescind ${offerId}`, { type: 'forget', offerId }, afterMs)
          return
        }
        case 'forget':
          forget(message.offerId)
          return
        case 'let-go':
          letGo(message.offerId)
          return
        case 'UPDATE': {
          const { status } = message.update
          write(status)
          if (status.uuid !== undefined) moments.updated?.(status)
          acknowledge(status)
          return
        }
        case 'ERROR':
          driver = undefined
          if (isRival === undefined) {
            stage.violated('a framework is refused for no reason', message.error.message)
            return
          }
          if (isRival())
            ctx.timers.startSingle(
              'begin',
              { type: 'begin' },
              OUT_MS + stage.random.int(LONGEST_OUT_MS),
            )
          return
        case 'kill-one': {
          const [id] = store.running.keys()
          if (id !== undefined) driver?.tell({ type: 'KILL', kill: { task_id: { value: id } } })
          return
        }
        default:
      }
    })
  })
}

/** What is said of a task that nobody knows any more. */
function isForgotten(state: string): boolean {
  return state === 'TASK_LOST' || state === 'TASK_GONE' || state === 'TASK_UNKNOWN'
}

import { accepting, setup, stateful, type Behavior } from '../../../actors/index.ts'
import { SparkError } from '../../errors.ts'
import type { DriverStatus } from '../protocol/index.ts'
import { DEFAULT_MASTER_OPTIONS, type MasterOptions } from './options.ts'
import { isMasterRequest, type MasterMessage } from './protocol.ts'
import type { RecoveryStore } from './recovery-store.ts'
import { MasterRim, type Message } from './rim.ts'
import { initialState, type MasterEvent, type MasterState } from './state.ts'
import { stepMaster } from './step.ts'

export interface MasterSettings {
  readonly options?: Partial<MasterOptions>
  /** Where it writes down what it must not forget; without one a new master knows nobody. */
  readonly store?: RecoveryStore | undefined
  /** Whether it leads still, where it was elected: once it does not, nobody hears of it any more. */
  readonly isLeading?: (() => boolean) | undefined
}

/** Sooner than anybody would notice. */
const LONGEST_TICK_MS = 1_000

/**
 * The master of a standalone cluster: the actor around `stepMaster`, with a session per worker and application as its children. A
 * new incarnation begins with what its store has; those that it finds there, and others, come to it by themselves.
 */
export function sparkMaster(settings: MasterSettings = {}): Behavior<MasterMessage> {
  const options: MasterOptions = { ...DEFAULT_MASTER_OPTIONS, ...settings.options }
  const { store, isLeading = () => true } = settings
  /** Of its process: a new incarnation has them, too. */
  let masters: readonly string[] = []
  const behavior = setup<Message>((ctx) => {
    const { clock, random } = ctx.environment
    const rim = new MasterRim(ctx, options, store, isLeading)
    ctx.pipeToSelf(store?.load() ?? Promise.resolve([]), (items, error) =>
      items === undefined ? { type: 'store-failed', error } : { type: 'recovered', items },
    )

    const step = (before: MasterState, event: MasterEvent): MasterState | Promise<MasterState> => {
      const unixMs = Math.floor(clock.wallNow())
      const moment = { nowMs: clock.now(), unixMs, turn: random.int(0x7fffffff) }
      const [after, effects] = stepMaster(before, event, moment)
      const done = rim.run(effects)
      return done === undefined ? after : done.then(() => after)
    }

    const handle = (state: MasterState, message: Message): MasterState | Promise<MasterState> => {
      switch (message.type) {
        case 'connect-worker':
          rim.openWorker(message)
          return state
        case 'connect-application':
          rim.openApplication(message)
          return state
        case 'submit-driver': {
          const { driver, replyTo } = message
          return step(state, { type: 'driver-submitted', request: rim.expect(replyTo), driver })
        }
        case 'kill-driver': {
          const { driverId, replyTo } = message
          return step(state, { type: 'driver-kill-asked', request: rim.expect(replyTo), driverId })
        }
        case 'driver-status':
          message.replyTo.tell(statusOf(state, message.driverId))
          return state
        case 'get-state':
          message.replyTo.tell(state)
          return state
        case 'store-failed':
          throw storeFailed(message.error)
        default:
          if (message.type === 'disconnected') rim.forget(message.connection)
          if (message.type === 'masters') masters = message.addresses
          return step(state, message)
      }
    }

    return stateful<MasterState | undefined, Message>(undefined, (state, message) => {
      if (state !== undefined) return handle(state, message)
      if (message.type === 'store-failed') throw storeFailed(message.error)
      if (message.type !== 'recovered') {
        ctx.stash.stash(message)
        return undefined
      }
      const tickMs = Math.min(LONGEST_TICK_MS, options.workerTimeoutMs / 4)
      ctx.timers.startPeriodic('tick', { type: 'tick' }, tickMs)
      ctx.stash.unstashAll()
      return step({ ...initialState(options), masters }, message)
    })
  })
  return accepting(isMasterRequest, behavior)
}

/** What a master knows of a driver, also of one that is over. */
function statusOf(state: MasterState, driverId: string): DriverStatus {
  const driver =
    state.drivers.get(driverId) ??
    state.completedDrivers.findLast((one) => one.driverId === driverId)
  if (driver === undefined) return { type: 'driver-status', driverId, found: false }
  const { workerId, message } = driver
  const worker = workerId === undefined ? undefined : state.workers.get(workerId)
  return {
    type: 'driver-status',
    driverId,
    found: true,
    state: driver.state,
    workerId,
    workerHostPort: worker && `${worker.host}:${worker.port}`,
    message,
  }
}

function storeFailed(cause: unknown): Error {
  if (cause instanceof SparkError) return cause
  const why = cause instanceof Error ? cause.message : String(cause)
  return new SparkError(
    'TROUPE_SPARK_RECOVERY_FAILED',
    `The master can't read or write what it must not forget: ${why}. It does nothing that would be lost; see that spark.deploy.recoveryDirectory can be written to`,
    { cause },
  )
}

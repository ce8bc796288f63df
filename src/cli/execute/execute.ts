import { ActorSystem, setup, stateful, type Behavior } from '../../actors/index.ts'
import {
  connectMesos,
  schedulerDriver,
  withFarewell,
  type Farewell,
  type FrameworkInfo,
  type HttpMasterOptions,
} from '../../mesos/index.ts'
import type { Environment } from '../../platform/index.ts'
import { Interruption } from '../demo/interruption.ts'
import { Follower } from './follow.ts'
import type { Order } from './order.ts'
import { initialExecuteState, stepExecute, type ExecuteEffect, type ExecuteEvent } from './step.ts'

/** Where an order goes, and what is shown of it. */
export interface ExecuteOptions {
  /** `http://host:port`. */
  readonly master: string
  readonly http: HttpMasterOptions
  readonly framework: FrameworkInfo
  readonly order: Order
  readonly isFollowed: boolean
}

type Message = ExecuteEvent | { readonly type: 'drained' }

/**
 * Runs tasks on a cluster and resolves to the exit code: 0 when all have finished well, 1 when one has not, 130 when it was
 * interrupted. Statuses are told on standard error; what the tasks write goes where they write it.
 * @throws TROUPE_MESOS_URL_INVALID
 */
export async function execute(environment: Environment, options: ExecuteOptions): Promise<number> {
  const system = ActorSystem.create('execute', { environment })
  const interruption = new Interruption(environment)
  try {
    const sessions = withFarewell(system, connectMesos(system, options.master, options.http))
    return await new Promise<number>((resolve) => {
      const actor = system.spawn(execution(options, sessions, resolve), 'execution')
      void interruption.happened.then(() => actor.tell({ type: 'interrupted' }))
    })
  } finally {
    interruption.ignore()
    await system.terminate()
  }
}

/** Carries out what {@link stepExecute} decides; `done` gets the exit code when the framework has left. */
function execution(
  { framework, http, order, isFollowed }: ExecuteOptions,
  sessions: Farewell,
  done: (code: number) => void,
): Behavior<ExecuteEvent> {
  const behavior = setup<Message>((ctx) => {
    const { environment, self } = ctx
    const say = (text: string): void => {
      environment.processes.stderr.write(`${text}\n`)
    }
    const openMaster: Farewell['open'] = async (subscriber) => {
      try {
        return await sessions.open(subscriber)
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error)
        self.tell({ type: 'session-problem', text })
        throw error
      }
    }
    const driver = ctx.spawn(
      schedulerDriver({
        framework_info: framework,
        openMaster,
        handler: self,
      }),
      'driver',
    )
    ctx.timers.startSingle('patience', { type: 'patience-over' }, order.offerTimeoutMs)
    let follower: Follower | undefined
    let code = 0

    const leave = (): void => {
      driver.tell({ type: 'stop' })
      void sessions.over().then(() => done(code))
    }

    const carryOut = (effect: ExecuteEffect): void => {
      switch (effect.type) {
        case 'call':
          driver.tell(effect.call)
          return
        case 'say':
          say(effect.text)
          return
        case 'start-kill-timer':
          ctx.timers.startSingle('kill', { type: 'kill-due' }, effect.ms)
          return
        case 'follow': {
          const taskIds = order.tasks.map(({ task_id }) => task_id.value)
          const isGroup = order.executor !== undefined
          if (isFollowed) {
            const { offer } = effect
            const { credential } = http
            const followed = { offer, taskIds, isGroup, ...(credential && { credential }) }
            follower = new Follower(environment, followed, say)
          }
          return
        }
        case 'end':
          code = effect.code
          ctx.pipeToSelf(follower?.finish() ?? Promise.resolve(), () => ({ type: 'drained' }))
      }
    }

    return stateful<ReturnType<typeof initialExecuteState>, Message>(
      initialExecuteState(order, framework),
      (state, message) => {
        switch (message.type) {
          case 'drained':
            leave()
            return state
          default: {
            const [next, effects] = stepExecute(state, message)
            effects.forEach(carryOut)
            return next
          }
        }
      },
    )
  })
  return behavior
}

import { receive, registered, setup, type RegisteredBehavior } from '../../../actors/index.ts'
import { ScenarioError } from '../errors.ts'
import type { TellerMessage, VaultReply } from './protocol.ts'

const STEP_TIMEOUT_MS = 1_500
const TICK_MS = 200

/** Carries orders out, one at a time, in two steps; lives in a thread or on another node. */
export const teller: RegisteredBehavior<{ readonly window: number }, TellerMessage> = registered(
  import.meta.url,
  'scenario-bank-teller',
  ({ window }: { readonly window: number }) =>
    setup<TellerMessage>((ctx) => {
      const incarnation = `${window}-${ctx.environment.random.id().slice(0, 8)}`
      const troubled = new Set<string>()
      let entries = 0
      let ticks = 0
      ctx.timers.startPeriodic('tick', { type: 'Tick' }, TICK_MS)
      return receive<TellerMessage>(async (message) => {
        if (message.type === 'Tick') {
          ticks += 1
          return
        }
        const { order, vault, replyTo } = message
        const write = (): void => {
          entries += 1
          vault.tell({ type: 'Entry', teller: incarnation, number: entries })
        }
        write()
        if (order.isTroublesome && ctx.restarts + ticks === 0 && !troubled.has(order.id)) {
          troubled.add(order.id)
          throw new ScenarioError('TROUPE_SCENARIO_TROUBLE', `${order.id} is troublesome`)
        }
        const ask = { timeoutMs: STEP_TIMEOUT_MS }
        const reserved = await vault.ask<VaultReply>(
          (to) => ({ type: 'Reserve', order, replyTo: to }),
          ask,
        )
        if (reserved.type === 'Refused') {
          replyTo.tell(reserved)
          return
        }
        write()
        replyTo.tell(
          await vault.ask<VaultReply>((to) => ({ type: 'Commit', order, replyTo: to }), ask),
        )
      })
    }),
)

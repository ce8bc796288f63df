import {
  receive,
  registered,
  setup,
  type Behavior,
  type RegisteredBehavior,
} from '../../../actors/index.ts'
import { ScenarioError } from '../errors.ts'
import { chronicleOf, type Chronicle, type Life } from './chronicle.ts'
import type { KidMessage, KidProps, ToyMessage } from './protocol.ts'

const TOYS = 2
const TICK_MS = 120

/** Lives on another node as a child of the house, with children of its own. */
export const kid: RegisteredBehavior<KidProps, KidMessage> = registered(
  import.meta.url,
  'scenario-family-kid',
  ({ run, kid: name, house }: KidProps) =>
    setup<KidMessage>((ctx) => {
      const chronicle = chronicleOf(run)
      const life = chronicle.born(name, ctx.environment.processes.pid)
      for (let n = 0; n < TOYS; n++) {
        const made = chronicle.madeToy(life)
        const ref = ctx.spawn(toy(chronicle, made))
        house.tell({ type: 'NewToy', toy: made.name, ref })
      }
      ctx.timers.startPeriodic(life.name, { type: 'Beat', life: life.name }, TICK_MS)
      return receive<KidMessage>(
        (message) => {
          switch (message.type) {
            case 'Call':
              chronicle.called(name, message.number)
              return
            case 'Stumble':
              throw new ScenarioError('TROUPE_SCENARIO_TROUBLE', `${name} has stumbled`)
            case 'Beat':
              chronicle.beat(life, message.life)
              return
            case 'Round':
              message.replyTo.tell(message.round)
          }
        },
        (signal) => {
          if (signal.type !== 'Terminated') chronicle.ended(life)
        },
      )
    }),
)

function toy(chronicle: Chronicle, life: Life): Behavior<ToyMessage> {
  return setup<ToyMessage>((ctx) => {
    ctx.timers.startPeriodic('tick', { type: 'Tick' }, TICK_MS)
    return receive<ToyMessage>(
      () => undefined,
      (signal) => {
        if (signal.type === 'PostStop') chronicle.ended(life)
      },
    )
  })
}

import {
  accepting,
  oneOf,
  setup,
  stateful,
  type ActorRef,
  type Behavior,
} from '../../../actors/index.ts'
import type { HttpExchange } from '../../../platform/index.ts'
import type {
  AgentOperated,
  MasterMessage,
  MasterSnapshot,
  MasterUpdated,
} from '../../master/index.ts'
import type { SchedulerCall } from '../../protocol/index.ts'
import { noRoots } from '../../files/index.ts'
import { silent } from '../answers.ts'
import type { Arrived } from '../arrived.ts'
import { answerFiles, filesEndpoint } from '../files.ts'
import type { LineMessage } from '../line.ts'
import type { Answered, LineNotice } from './protocol.ts'
import { Operators, type OperatorNotice } from './operators.ts'
import { updatedReply } from './operator-updates.ts'
import { routeOf, type Route } from './routes.ts'
import { Schedulers } from './schedulers.ts'
import type { MasterView } from './view.ts'

/** What the door stands before. */
export interface MasterDoorSettings {
  readonly master: ActorRef<MasterMessage>
  /** The flags that the master runs with, as `/flags` shows them. */
  readonly flags: Readonly<Record<string, string>>
  /** How many may be subscribed to its events; then the oldest is cut off. Default 1,000. */
  readonly maxOperatorStreams?: number
}

const MAX_OPERATORS = 1000

type Message =
  | Arrived
  | Answered
  | LineNotice
  | OperatorNotice
  | { readonly type: 'line-gone'; readonly line: ActorRef<LineMessage<SchedulerCall>> }

type Update = Extract<Route, { readonly type: 'update' }>
type Operate = Extract<Route, { readonly type: 'operate' }>
type Answer = Extract<Route, { readonly type: 'answer' }>['answer']

/**
 * The master's HTTP door: an actor beside the master that answers requests, with a line for each scheduler that has subscribed as
 * its children. It holds nothing of the cluster; when it starts anew, streams break and schedulers subscribe again.
 */
export function masterDoor(settings: MasterDoorSettings): Behavior<Arrived> {
  const { master, flags } = settings
  const behavior = setup<Message>((ctx) => {
    const schedulers = new Schedulers<Message>(ctx, master)
    const { clock, disk } = ctx.environment
    const startedUnixMs = clock.wallNow()
    const viewOf = (snapshot: MasterSnapshot): MasterView => {
      const nowUnixMs = clock.wallNow()
      return { snapshot, flags, startedUnixMs, nowUnixMs }
    }
    const operators = new Operators<Message>(ctx, settings.maxOperatorStreams ?? MAX_OPERATORS, {
      master,
      viewOf,
      isVisible: () => true,
    })

    /** Asks the master for all it knows, and answers from that. */
    const answer = (exchange: HttpExchange, build: Answer): void => {
      const asked = master.ask<MasterSnapshot>((replyTo) => ({ type: 'get-state', replyTo }))
      ctx.pipeToSelf(asked, (snapshot) => {
        if (snapshot === undefined) return { type: 'answered', exchange, reply: silent }
        return { type: 'answered', exchange, reply: build(viewOf(snapshot)) }
      })
    }

    const update = (exchange: HttpExchange, { update: wish, reply: refuse }: Update): void => {
      ctx.pipeToSelf(master.ask<MasterUpdated>(wish), (updated) => {
        const say = updated?.problem === undefined ? updatedReply : (refuse ?? updatedReply)
        const reply = updated === undefined ? silent : say(updated)
        return { type: 'answered', exchange, reply }
      })
    }

    const operate = (
      exchange: HttpExchange,
      { agentId, operation, answer: say }: Operate,
    ): void => {
      const asked = master.ask<AgentOperated>((replyTo) => ({
        type: 'operate-agent',
        agentId,
        operation,
        replyTo,
      }))
      ctx.pipeToSelf(asked, (operated) => {
        const reply = operated === undefined ? silent : say(operated)
        return { type: 'answered', exchange, reply }
      })
    }

    return stateful<undefined, Message>(undefined, (state, message) => {
      switch (message.type) {
        case 'arrived': {
          const { exchange } = message
          const endpoint = filesEndpoint(exchange.request.target)
          if (endpoint !== undefined) {
            void answerFiles({ disk, clock, roots: noRoots, attached: {} }, endpoint, exchange)
            return state
          }
          const route = routeOf(exchange.request)
          if (route.type === 'scheduler') schedulers.handle(exchange)
          else if (route.type === 'watch') operators.open(exchange, route.codec)
          else if (route.type === 'reply') exchange.reply(route.reply)
          else if (route.type === 'update') update(exchange, route)
          else if (route.type === 'operate') operate(exchange, route)
          else answer(exchange, route.answer)
          return state
        }
        case 'line-subscribed':
          schedulers.subscribed(message)
          return state
        case 'line-gone':
          schedulers.gone(message.line)
          return state
        case 'operator-gone':
          operators.gone(message.stream)
          return state
        case 'answered':
          message.exchange.reply(message.reply)
          return state
      }
    })
  })
  return accepting(nobody, behavior)
}

/** Exchanges live here only: nothing comes from other nodes. */
const nobody = oneOf([])

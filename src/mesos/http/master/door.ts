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
import { noRoots } from '../../files/index.ts'
import type { Acls, RateLimits } from '../../security/index.ts'
import type { Codec } from '../wire/index.ts'
import { silent, textReply } from '../answers.ts'
import type { Arrived } from '../arrived.ts'
import { answerFiles, filesEndpoint } from '../files.ts'
import { forbidden, Guard, type DoorSecurity, type Principal } from '../guard.ts'
import { Verbosity } from '../logging.ts'
import { LINE_FLAG, LINE_HEADER } from '../line-address.ts'
import type { Answered, CallDue, LineNotice, SchedulerLine } from './protocol.ts'
import { Operators, type OperatorNotice } from './operators.ts'
import { updatedReply } from './operator-updates.ts'
import { masterRealms } from './realms.ts'
import { endpointName, routeOf, type Route } from './routes.ts'
import { Schedulers } from './schedulers.ts'
import { Slices, type SliceDue } from './slices.ts'
import type { MasterView } from './view.ts'
import { Sight } from './visible.ts'

/** What the door stands before. */
export interface MasterDoorSettings {
  readonly master: ActorRef<MasterMessage>
  /** The flags that the master runs with, as `/flags` shows them. */
  readonly flags: Readonly<Record<string, string>>
  /** Who must say who they are, and how it is proved; nobody by default. */
  readonly security?: DoorSecurity
  /** Who may do and see what; everybody everything by default. The master needs them too. */
  readonly acls?: Acls
  /** How fast frameworks' calls are taken, by principal; as they come by default. */
  readonly rateLimits?: RateLimits
  /** How many may be subscribed to its events; then the oldest is cut off. Default 1,000. */
  readonly maxOperatorStreams?: number
}

const MAX_OPERATORS = 1000

type Message =
  | Arrived
  | Answered
  | LineNotice
  | OperatorNotice
  | SliceDue
  | {
      readonly type: 'shown'
      readonly exchange: HttpExchange
      readonly pieces: Iterator<string>
    }
  | CallDue
  | { readonly type: 'line-gone'; readonly line: SchedulerLine }

type Update = Extract<Route, { readonly type: 'update' }>
type Operate = Extract<Route, { readonly type: 'operate' }>
type Answer = Extract<Route, { readonly type: 'answer' }>

/**
 * The master's HTTP door: an actor beside the master that answers requests, with a line for each scheduler that has subscribed as
 * its children. It holds nothing of the cluster; when it starts anew, streams break and schedulers subscribe again.
 */
export function masterDoor(settings: MasterDoorSettings): Behavior<Arrived> {
  const { master, flags } = settings
  const behavior = setup<Message>((ctx) => {
    const schedulers = new Schedulers<Message>(ctx, master, settings.rateLimits)
    const slices = new Slices(ctx)
    const { clock, disk, processes: machine } = ctx.environment
    const startedUnixMs = clock.wallNow()
    const line = flags[LINE_FLAG]
    const alive = {
      ...textReply(200),
      ...(line !== undefined && { headers: { [LINE_HEADER]: line } }),
    }
    const verbosity = new Verbosity(ctx.environment)
    const guard = new Guard(masterRealms, ctx.environment, settings.security, settings.acls)
    const viewOf = (whole: MasterSnapshot, sight: Sight, principal: Principal): MasterView => {
      const nowUnixMs = clock.wallNow()
      const allows: MasterView['allows'] = (action, object) =>
        guard.allows(principal, action, object)
      const shown = allows('view_flags') ? flags : undefined
      return {
        snapshot: sight.of(whole),
        whole,
        allows,
        flags: shown,
        machine,
        operatorStreams: operators.size,
        startedUnixMs,
        nowUnixMs,
      }
    }
    const operators = new Operators<Message>(
      ctx,
      settings.maxOperatorStreams ?? MAX_OPERATORS,
      master,
    )
    const watch = (exchange: HttpExchange, codec: Codec, principal: Principal): void => {
      const sight = new Sight(guard, principal)
      operators.open({
        exchange,
        codec,
        viewOf: (whole) => viewOf(whole, sight, principal),
        isVisible: (news) => sight.isFor(news),
      })
    }

    /** Asks the master for all it knows, and answers from that. */
    const answer = (
      exchange: HttpExchange,
      { answer: build, isMeasured = false }: Answer,
      principal: Principal,
    ): void => {
      const asked = master.ask<MasterSnapshot>((replyTo) => ({
        type: 'get-state',
        isMeasured,
        replyTo,
      }))
      ctx.pipeToSelf(asked, (whole) => {
        if (whole === undefined) return { type: 'answered', exchange, reply: silent }
        const view = viewOf(whole, new Sight(guard, principal), principal)
        return { type: 'answered', exchange, reply: build(view) }
      })
    }

    /** The same, of an answer that may be long. */
    const answerInSlices = (
      exchange: HttpExchange,
      { pieces }: Extract<Route, { readonly type: 'sliced' }>,
      principal: Principal,
    ): void => {
      const asked = master.ask<MasterSnapshot>((replyTo) => ({ type: 'get-state', replyTo }))
      ctx.pipeToSelf(asked, (whole) => {
        if (whole === undefined) return { type: 'answered', exchange, reply: silent }
        const view = viewOf(whole, new Sight(guard, principal), principal)
        return { type: 'shown', exchange, pieces: pieces(view) }
      })
    }

    const update = (
      exchange: HttpExchange,
      { update: wish, reply: refuse }: Update,
      principal: Principal,
    ): void => {
      const asked = master.ask<MasterUpdated>((replyTo) => wish(replyTo, principal))
      ctx.pipeToSelf(asked, (updated) => {
        const say = updated?.problem === undefined ? updatedReply : (refuse ?? updatedReply)
        const reply = updated === undefined ? silent : say(updated)
        return { type: 'answered', exchange, reply }
      })
    }

    const operate = (
      exchange: HttpExchange,
      { agentId, operation, answer: say }: Operate,
      principal: Principal,
    ): void => {
      const asked = master.ask<AgentOperated>((replyTo) => ({
        type: 'operate-agent',
        agentId,
        operation,
        ...(principal !== undefined && { principal }),
        replyTo,
      }))
      ctx.pipeToSelf(asked, (operated) => {
        const reply = operated === undefined ? silent : say(operated)
        return { type: 'answered', exchange, reply }
      })
    }

    const arrived = (exchange: HttpExchange): void => {
      const { request } = exchange
      const admitted = guard.admit(endpointName(request.target), request)
      if ('status' in admitted) {
        exchange.reply(admitted)
        return
      }
      const { principal } = admitted
      if (endpointName(request.target) === '/health') {
        exchange.reply(alive)
        return
      }
      const files = filesEndpoint(request.target)
      if (files !== undefined) {
        void answerFiles({ disk, clock, roots: noRoots, attached: {} }, files, exchange)
        return
      }
      const route = routeOf(request)
      if ('needs' in route && !guard.allowsAll(principal, route.needs)) {
        exchange.reply(forbidden)
      } else if (route.type === 'scheduler') schedulers.handle(exchange, principal)
      else if (route.type === 'watch') watch(exchange, route.codec, principal)
      else if (route.type === 'reply') exchange.reply(route.reply)
      else if (route.type === 'logging') exchange.reply(route.answer(verbosity))
      else if (route.type === 'sliced') answerInSlices(exchange, route, principal)
      else if (route.type === 'update') update(exchange, route, principal)
      else if (route.type === 'operate') operate(exchange, route, principal)
      else answer(exchange, route, principal)
    }

    return stateful<undefined, Message>(undefined, (state, message) => {
      switch (message.type) {
        case 'arrived':
          arrived(message.exchange)
          return state
        case 'shown':
          slices.begin(message.exchange, 'application/json', message.pieces)
          return state
        case 'slice-due':
          slices.next(message.writing)
          return state
        case 'line-subscribed':
          schedulers.subscribed(message)
          return state
        case 'call-due':
          message.line.tell({ type: 'post', call: message.call })
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

import {
  accepting,
  oneOf,
  setup,
  stateful,
  type ActorContext,
  type ActorRef,
  type Behavior,
} from '../../../actors/index.ts'
import type { HttpExchange } from '../../../platform/index.ts'
import type { AgentMessage, ExecutorConnected } from '../../agent/index.ts'
import { executorEvent, type ExecutorCall, type ExecutorEvent } from '../../protocol/index.ts'
import { textReply } from '../answers.ts'
import type { Arrived } from '../arrived.ts'
import { httpLine, type LineMessage } from '../line.ts'
import { acceptedCodec, NOT_ACCEPTABLE } from '../media.ts'
import { messageType } from '../wire/index.ts'
import { readExecutorCall } from './executor-call.ts'

const EVENT = messageType('executor.Event')

type Line = ActorRef<LineMessage<ExecutorCall>>

type Message =
  | Arrived
  | { readonly type: 'line-subscribed'; readonly executor: string; readonly line: Line }
  | { readonly type: 'line-gone'; readonly line: Line }

type Lines = ReadonlyMap<string, Line>

/**
 * The agent's HTTP door: executors that were written for Apache Mesos subscribe at `/api/v1/executor`; each has a line, a child
 * of the door, with a session of its own. When the door starts anew, streams break, and executors subscribe again.
 */
export function agentDoor(agent: ActorRef<AgentMessage>): Behavior<Arrived> {
  const behavior = setup<Message>((ctx) =>
    stateful<Lines, Message>(new Map(), (lines, message) => {
      switch (message.type) {
        case 'arrived':
          arrived(ctx, agent, lines, message.exchange)
          return lines
        case 'line-subscribed':
          return new Map(lines).set(message.executor, message.line)
        case 'line-gone':
          return new Map([...lines].filter(([, line]) => line !== message.line))
      }
    }),
  )
  return accepting(nobody, behavior)
}

/** Exchanges live here only: nothing comes from other nodes. */
const nobody = oneOf([])

function arrived(
  ctx: ActorContext<Message>,
  agent: ActorRef<AgentMessage>,
  lines: Lines,
  exchange: HttpExchange,
): void {
  const [path = ''] = exchange.request.target.split('?', 1)
  const name = path.replace(/^\/slave\(1\)(?=\/)/, '')
  if (name === '/health') {
    exchange.reply(textReply(200))
    return
  }
  if (name !== '/api/v1/executor') {
    exchange.reply(textReply(404, '404 Not Found.'))
    return
  }
  const read = readExecutorCall(exchange.request)
  if (read.type === 'refused') exchange.reply(read.reply)
  else if (read.call.type === 'SUBSCRIBE') subscribe(ctx, agent, exchange, read.call)
  else {
    const line = lines.get(keyOf(read.call))
    line?.tell({ type: 'post', call: read.call })
    exchange.reply(
      line === undefined ? textReply(403, 'Executor is not subscribed') : textReply(202),
    )
  }
}

function subscribe(
  ctx: ActorContext<Message>,
  agent: ActorRef<AgentMessage>,
  exchange: HttpExchange,
  call: ExecutorCall,
): void {
  const codec = acceptedCodec(exchange.request.headers)
  if (codec === undefined) {
    exchange.reply(textReply(406, NOT_ACCEPTABLE))
    return
  }
  const executor = keyOf(call)
  const line: Line = ctx.spawn(
    httpLine<ExecutorCall, ExecutorEvent>({
      exchange,
      codec,
      first: call,
      event: EVENT,
      isEvent: executorEvent,
      open: async (subscriber) => {
        const { session } = await agent.ask<ExecutorConnected>((replyTo) => ({
          type: 'connect-executor',
          subscriber,
          replyTo,
        }))
        return session
      },
      onEvent: ({ type }, self) => {
        if (type === 'SUBSCRIBED') ctx.self.tell({ type: 'line-subscribed', executor, line: self })
      },
    }),
    `executor-${ctx.environment.random.id()}`,
    { restart: 'temporary' },
  )
  ctx.watch(line, { type: 'line-gone', line })
}

function keyOf({ framework_id, executor_id }: ExecutorCall): string {
  return `${framework_id.value}/${executor_id.value}`
}

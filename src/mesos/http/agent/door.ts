import {
  accepting,
  oneOf,
  setup,
  stateful,
  type ActorContext,
  type ActorRef,
  type Behavior,
} from '../../../actors/index.ts'
import type { HttpExchange, HttpReply } from '../../../platform/index.ts'
import {
  sandboxOf,
  type AgentMessage,
  type AgentShown,
  type AgentState,
  type AgentUsage,
  type ExecutorConnected,
} from '../../agent/index.ts'
import { sandboxRoots, type FileRoots } from '../../files/index.ts'
import { executorEvent, type ExecutorCall, type ExecutorEvent } from '../../protocol/index.ts'
import type { Acls } from '../../security/index.ts'
import { textReply } from '../answers.ts'
import type { Arrived } from '../arrived.ts'
import { answerFiles, filesEndpoint } from '../files.ts'
import { forbidden, Guard, type DoorSecurity } from '../guard.ts'
import { httpLine, type LineMessage } from '../line.ts'
import { Verbosity } from '../logging.ts'
import { acceptedCodec, NOT_ACCEPTABLE } from '../media.ts'
import { messageType } from '../wire/index.ts'
import { readExecutorCall } from './executor-call.ts'
import { agentRealms, endpointName, endpointNeed, routeOf, type AgentRoute } from './routes.ts'
import { seesSandboxes, type AgentView } from './view.ts'

const EVENT = messageType('executor.Event')

type Line = ActorRef<LineMessage<ExecutorCall, ExecutorEvent>>

/** What the door stands before. */
export interface AgentDoorSettings {
  readonly agent: ActorRef<AgentMessage>
  /** The flags that the agent runs with, as `/flags` shows them. */
  readonly flags: Readonly<Record<string, string>>
  /** Who must say who they are, and how it is proved; nobody by default. */
  readonly security?: DoorSecurity
  /** Who may see what; everybody everything by default. */
  readonly acls?: Acls
}

type Message =
  | Arrived
  | { readonly type: 'answered'; readonly exchange: HttpExchange; readonly reply: HttpReply }
  | { readonly type: 'files-answered' }
  | { readonly type: 'line-subscribed'; readonly executor: string; readonly line: Line }
  | { readonly type: 'line-gone'; readonly line: Line }

type Lines = ReadonlyMap<string, Line>
type Allows = AgentView['allows']

/** How often an executor is told that its agent is there, as in Mesos. */
const HEARTBEAT_MS = 30 * 60_000

const silent = textReply(503, 'The agent does not answer')

/**
 * The agent's HTTP door. Executors that were written for Apache Mesos subscribe at `/api/v1/executor`; each has a line, a child
 * of the door, with a session of its own. When the door starts anew, streams break, and executors subscribe again. Operators
 * ask at `/api/v1`, read `/state` and its kin, and the files of sandboxes at `/files`.
 */
export function agentDoor(settings: AgentDoorSettings): Behavior<Arrived> {
  const { agent, flags } = settings
  const behavior = setup<Message>((ctx) => {
    const { clock, disk } = ctx.environment
    const startedUnixMs = clock.wallNow()
    const verbosity = new Verbosity(ctx.environment)
    const guard = new Guard(agentRealms, ctx.environment, settings.security, settings.acls)

    const show = (): Promise<AgentShown> =>
      agent.ask<AgentShown>((replyTo) => ({ type: 'show-state', replyTo }))

    const state = async (): Promise<AgentState> => (await show()).state

    const view = async (needsUsage: boolean, allows: Allows): Promise<AgentView> => {
      const [{ state: now, figures }, { byContainer }] = await Promise.all([
        show(),
        needsUsage
          ? agent.ask<AgentUsage>((replyTo) => ({ type: 'get-usage', replyTo }))
          : { byContainer: new Map() },
      ])
      const shownFlags = { ...flags, work_dir: now.options.workDir }
      const nowUnixMs = clock.wallNow()
      return {
        state: now,
        figures,
        usage: byContainer,
        flags: shownFlags,
        allows,
        machine: ctx.environment.processes,
        startedUnixMs,
        nowUnixMs,
      }
    }

    const answer = (exchange: HttpExchange, made: Promise<HttpReply>): void => {
      ctx.pipeToSelf(made, (reply = silent) => ({ type: 'answered', exchange, reply }))
    }

    const files = async (
      endpoint: string,
      exchange: HttpExchange,
      allows: Allows,
    ): Promise<void> => {
      const now = await state()
      const roots = rootsOf(now, allows)
      await answerFiles({ disk, clock, roots, attached: attachedOf(now) }, endpoint, exchange)
    }

    const handle = (
      exchange: HttpExchange,
      route: Exclude<AgentRoute, { type: 'executor' }>,
      allows: Allows,
    ): void => {
      switch (route.type) {
        case 'reply':
          exchange.reply(route.reply)
          return
        case 'logging':
          exchange.reply(route.answer(verbosity))
          return
        case 'answer':
          answer(exchange, view(route.needsUsage, allows).then(route.answer))
          return
        case 'read-files':
          answer(
            exchange,
            state().then((now) => route.answer(disk, rootsOf(now, allows))),
          )
          return
      }
    }

    const arrived = (lines: Lines, exchange: HttpExchange): void => {
      const { request } = exchange
      const admitted = guard.admit(endpointName(request.target), request)
      if ('status' in admitted) {
        exchange.reply(admitted)
        return
      }
      const { principal } = admitted
      const allows: Allows = (action, object) => guard.allows(principal, action, object)
      const endpoint = filesEndpoint(request.target)
      if (endpoint === 'debug' && !guard.allowsAll(principal, endpointNeed('/files/debug'))) {
        exchange.reply(forbidden)
      } else if (endpoint !== undefined) {
        ctx.pipeToSelf(files(endpoint, exchange, allows), (_, error) => {
          if (error !== undefined) exchange.reply(silent)
          return { type: 'files-answered' }
        })
      } else {
        const route = routeOf(request)
        if ('needs' in route && !guard.allowsAll(principal, route.needs)) exchange.reply(forbidden)
        else if (route.type === 'executor') executorCall(ctx, agent, lines, exchange)
        else handle(exchange, route, allows)
      }
    }

    return stateful<Lines, Message>(new Map(), (lines, message) => {
      switch (message.type) {
        case 'arrived':
          arrived(lines, message.exchange)
          return lines
        case 'answered':
          message.exchange.reply(message.reply)
          return lines
        case 'files-answered':
          return lines
        case 'line-subscribed':
          return new Map(lines).set(message.executor, message.line)
        case 'line-gone':
          return new Map([...lines].filter(([, line]) => line !== message.line))
      }
    })
  })
  return accepting(nobody, behavior)
}

/** Exchanges live here only: nothing comes from other nodes. */
const nobody = oneOf([])

/** The sandboxes, and which of them may be seen. */
function rootsOf(state: AgentState, allows: Allows): FileRoots {
  return sandboxRoots(state.options.workDir, state.agentId, seesSandboxes({ state, allows }))
}

/** The paths of sandboxes, and where they lead. */
function attachedOf(state: AgentState): Readonly<Record<string, string>> {
  const attached: Record<string, string> = {}
  const add = (frameworkId: string, executorId: string, directory: string): void => {
    const runs = `/frameworks/${frameworkId}/executors/${executorId}/runs`
    attached[directory] = directory
    attached[`${runs}/latest`] = directory
    attached[`${directory.slice(0, directory.lastIndexOf('/'))}/latest`] = directory
  }
  const most = state.options.maxCompletedExecutorsPerFramework
  for (const recent of state.history.executors.values()) {
    for (const { frameworkId, info, directory } of recent.newest(most)) {
      add(frameworkId, info.executor_id.value, directory)
    }
  }
  for (const { frameworkId, info, containerId } of state.executors.values()) {
    const executorId = info.executor_id.value
    add(frameworkId, executorId, sandboxOf(state, frameworkId, executorId, containerId))
  }
  return attached
}

function executorCall(
  ctx: ActorContext<Message>,
  agent: ActorRef<AgentMessage>,
  lines: Lines,
  exchange: HttpExchange,
): void {
  const read = readExecutorCall(exchange.request)
  if (read.type === 'refused') exchange.reply(read.reply)
  else if (read.call.type === 'SUBSCRIBE') subscribe(ctx, agent, exchange, read.call)
  else {
    const { call } = read
    const line = lines.get(keyOf(call))
    line?.tell({ type: 'post', call })
    if (line !== undefined || call.type === 'HEARTBEAT') exchange.reply(textReply(202))
    else {
      const shown = agent.ask<AgentShown>((replyTo) => ({ type: 'show-state', replyTo }))
      ctx.pipeToSelf(shown, (now) => {
        const reply = now === undefined ? silent : strangerReply(now.state, call)
        return { type: 'answered', exchange, reply }
      })
    }
  }
}

/** Whoever has no line is unknown, or has not subscribed. */
function strangerReply({ frameworks, executors }: AgentState, call: ExecutorCall): HttpReply {
  const { framework_id, executor_id } = call
  if (!frameworks.has(framework_id.value)) return textReply(400, 'Framework cannot be found')
  const isOurs = [...executors.values()].some(
    ({ frameworkId, info }) =>
      frameworkId === framework_id.value && info.executor_id.value === executor_id.value,
  )
  return isOurs
    ? textReply(403, 'Executor is not subscribed')
    : textReply(400, 'Executor cannot be found')
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
      heartbeat: { event: { type: 'HEARTBEAT' }, everyMs: HEARTBEAT_MS },
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
